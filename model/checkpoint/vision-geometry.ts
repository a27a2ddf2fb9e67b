/** A vision transformer, RET-CLIP's published tower. Its sizes are read from the shapes of its tensors. */
export interface VitGeometry {
  readonly kind: 'vit';
  /** Pixels of one side of the square input. */
  readonly imageSize: number;
  /** Pixels of one side of a patch. */
  readonly patchSize: number;
  /** Channels of the residual stream. */
  readonly width: number;
  /** Number of residual blocks. */
  readonly layers: number;
  /** Attention heads, which share the width. No shape tells them. */
  readonly heads: number;
  /** Channels of the hidden layer of a block's perceptron. */
  readonly hidden: number;
  /** `gelu` where its owner says so; left out it is QuickGELU, x · sigmoid(1.702 x), as the reference code has it. */
  readonly activation?: 'gelu';
}

/** One MBConv block, an inverted residual: expansion, depthwise convolution, projection. */
export interface MbconvBlock {
  /** Side of the depthwise kernel, odd. */
  readonly kernel: number;
  readonly stride: number;
  /** Channels that come in. */
  readonly input: number;
  /** Channels of the depthwise convolution. */
  readonly hidden: number;
  /** Channels that go out. */
  readonly output: number;
  /** Whether a convolution widens `input` to `hidden`; without one they are equal. */
  readonly expands: boolean;
}

/** The convolutions of an MBConv tower, without what reads its pooled channels. */
export interface MbconvBody {
  /** Pixels of one side of the square input. A convolutional network's shapes do not tell: a buffer does. */
  readonly imageSize: number;
  /** What batch norms add to the variance. */
  readonly batchNormEpsilon: number;
  /** Channels behind the first convolution. */
  readonly stem: number;
  readonly blocks: readonly MbconvBlock[];
  /** Channels of the last convolution, which are averaged over all positions. */
  readonly pooled: number;
}

/**
 * An MBConv tower as in EfficientNet-Lite: ReLU6, without squeeze and excitation.
 *
 * Source: Tan & Le, EfficientNet (arXiv 1905.11946); Sandler et al., MobileNetV2 (arXiv 1801.04381).
 */
export interface MbconvGeometry extends MbconvBody {
  readonly kind: 'mbconv';
}

/**
 * CLIP's residual network with attention pooling, an option of the reference code.
 *
 * Source: Radford et al., CLIP (arXiv 2103.00020), `ModifiedResNet`.
 */
export interface ResnetGeometry {
  readonly kind: 'resnet';
  /** Pixels of one side of the square input: 32 for each position of the pooling attention. */
  readonly imageSize: number;
  /** Channels behind the stem, 64 in RN50. */
  readonly width: number;
  /** Bottlenecks of each of the four stages: 3, 4, 6, 3 in RN50. */
  readonly layers: readonly number[];
  /** Heads of the pooling attention, which share the last stage's channels. */
  readonly heads: number;
}

/** The sizes of a vision tower of any kind that is read. */
export type VisionGeometry = VitGeometry | MbconvGeometry | ResnetGeometry;

/** Channels that a ResNet's last stage gives to the pooling attention. */
export function pooledWidth({ width }: ResnetGeometry): number {
  return width * 32;
}
