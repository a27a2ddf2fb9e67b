/** A convolution of an MBConv tower, by its name in the checkpoint. */
export interface MbconvConvolution {
  readonly name: string;
  readonly stride?: number;
  readonly groups?: number;
  /** Whether ReLU6 stands behind it. */
  readonly active: boolean;
}

/** The operations that an MBConv tower consists of, on values of one number format. */
export interface MbconvOperators<Value> {
  /** The first convolution. @param planes [batch, 3, size, size] */
  stem(planes: string, convolution: MbconvConvolution): Value;
  convolution(value: Value, convolution: MbconvConvolution): Value;
  add(a: Value, b: Value): Value;
  /** The mean over all positions. @returns [batch, channels, 1, 1] in the layers' type */
  pool(value: Value): string;
}
