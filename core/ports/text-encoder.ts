/** A text's place among the patients' features. */
export interface EncodedText {
  /** Id of the bundle that encoded it. */
  readonly model: string;
  /** `false`: its weights are random, and likeness means nothing. */
  readonly trained: boolean;
  /** The text's patient projection, float32 [embedding]. */
  readonly vector: Float32Array;
}

/** Encodes texts by the active model. */
export interface TextEncoder {
  encode(text: string): Promise<EncodedText>;
}
