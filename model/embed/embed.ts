import { Decoders, decodingContract } from '../../decoding/index.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import { ModelError } from '../errors.ts';
import type { Precision } from '../onnx/layers.ts';
import { type FusedFeatures, FusionSession } from '../runtime/fusion-session.ts';
import { TextSession } from '../runtime/text-session.ts';
import { VisionSession } from '../runtime/vision-session.ts';

export interface EmbedInput {
  /** Contents of image files. At least one eye, unless there are only texts. */
  readonly left: Uint8Array | null;
  readonly right: Uint8Array | null;
  readonly texts: readonly string[];
  /** Tokens of each text; the bundle's own if left out. */
  readonly contextLength?: number;
  readonly precision: Precision;
}

/** Features of one text. */
export interface EmbeddedText {
  readonly tokens: readonly number[];
  readonly patient: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** Features as RET-CLIP gives them, not normalised. Those of an eye that was not given are `null`. */
export interface Embedding {
  readonly left_visual: readonly number[] | null;
  readonly right_visual: readonly number[] | null;
  readonly left: readonly number[] | null;
  readonly right: readonly number[] | null;
  /** Of one eye alone, taken as both, as the reference code does. */
  readonly patient: readonly number[] | null;
  readonly texts: readonly EmbeddedText[];
}

type EyeParts = Omit<Embedding, 'texts'>;

async function embedEyes(bundle: Bundle, input: EmbedInput): Promise<EyeParts> {
  if (input.left === null && input.right === null) {
    return { left_visual: null, right_visual: null, left: null, right: null, patient: null };
  }
  const vision = await VisionSession.load(bundle, { precision: input.precision });
  const fusion = await FusionSession.load(bundle);
  const contract = decodingContract(bundle.manifest.preprocessing.id);
  const decoders = new Decoders({ processes: 1 });
  try {
    const visualOf = async (image: Uint8Array | null): Promise<Float32Array | null> => {
      if (image === null) return null;
      const { squares } = await decoders.decode(image, { contract, sides: [vision.imageSize] });
      return vision.run(squares[0] ?? new Uint8Array());
    };
    const left = await visualOf(input.left);
    const right = await visualOf(input.right);
    const fused = await fusion.run(left ?? right ?? new Float32Array(), right ?? left ?? new Float32Array());
    return {
      left_visual: left && [...left],
      right_visual: right && [...right],
      left: left && [...fused.left],
      right: right && [...fused.right],
      patient: [...fused.patient],
    };
  } finally {
    await decoders.close();
    await vision.release();
    await fusion.release();
  }
}

async function embedTexts(
  bundle: Bundle,
  texts: readonly string[],
  contextLength: number,
): Promise<EmbeddedText[]> {
  if (texts.length === 0) return [];
  const session = await TextSession.load(bundle);
  try {
    const { tokens, features } = await session.encode(texts, contextLength);
    const { embedding } = bundle.manifest.geometry;
    const row = (level: keyof FusedFeatures, index: number): number[] => [
      ...features[level].subarray(index * embedding, (index + 1) * embedding),
    ];
    return tokens.map((ids, index) => ({
      tokens: [...ids].map(Number),
      patient: row('patient', index),
      left: row('left', index),
      right: row('right', index),
    }));
  } finally {
    await session.release();
  }
}

/**
 * Computes the features of one exam's photographs and of texts, so that anyone can compare them with PyTorch's.
 *
 * @throws ImageError if a photograph cannot be read
 * @throws ModelError if there is nothing to embed, or the context is longer than the model's positions
 */
export async function embed(bundle: Bundle, input: EmbedInput): Promise<Embedding> {
  if (input.left === null && input.right === null && input.texts.length === 0) {
    throw new ModelError('There is nothing to embed: give a left or right photograph, or a text.');
  }
  const eyes = await embedEyes(bundle, input);
  const contextLength = input.contextLength ?? bundle.manifest.contextLength;
  return { ...eyes, texts: await embedTexts(bundle, input.texts, contextLength) };
}
