/** A convolution of an inverted residual network, by its name in the checkpoint. */
export interface ResidualConvolution {
  readonly name: string;
  readonly stride?: number;
  readonly groups?: number;
  /** Whether ReLU6 stands behind it. */
  readonly active: boolean;
}

/** What an inverted residual network is made of, on values of some number format. */
export interface ResidualOperators<Value> {
  /** The first convolution. @param planes [batch, 3, size, size] */
  stem(planes: string, convolution: ResidualConvolution): Value;
  convolution(value: Value, convolution: ResidualConvolution): Value;
  add(a: Value, b: Value): Value;
  /** The mean over all positions. @returns [batch, channels, 1, 1] in the layers' type */
  pool(value: Value): string;
}
