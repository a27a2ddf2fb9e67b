import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { type Bundle, visionFileName } from '../bundle/open-bundle.ts';
import { ModelError } from '../errors.ts';
import type { Precision } from '../onnx/layers.ts';
import { loadGraph, type SessionOptions } from './session.ts';

export interface VisionOptions extends SessionOptions {
  readonly precision: Precision;
}

/** The vision tower of a bundle, ready to run. */
export class VisionSession {
  /** Side of the input, in pixels. */
  readonly imageSize: number;
  /** Channels of the output. */
  readonly embedding: number;
  readonly #session: InferenceSession;
  readonly #imagesAtOnce: number;

  private constructor(
    session: InferenceSession,
    size: { readonly imageSize: number; readonly embedding: number; readonly imagesAtOnce: number },
  ) {
    this.#session = session;
    this.imageSize = size.imageSize;
    this.embedding = size.embedding;
    this.#imagesAtOnce = size.imagesAtOnce;
  }

  /** @throws BundleError if the variant is missing or does not load */
  static async load(bundle: Bundle, options: VisionOptions): Promise<VisionSession> {
    const session = await loadGraph(bundle, visionFileName(bundle, options.precision), options);
    const { vision, embedding } = bundle.manifest.geometry;
    // A transformer's int8 finds one range for all that it is given: a picture's features must not depend on others.
    const isDynamic = options.precision === 'int8' && vision.kind === 'vit';
    const imagesAtOnce = isDynamic ? 1 : Number.POSITIVE_INFINITY;
    return new VisionSession(session, { imageSize: vision.imageSize, embedding, imagesAtOnce });
  }

  /**
   * A picture's features are the same in whatever batch and place it stands.
   *
   * @param pixels uint8 [batch, size, size, 3], RGB
   * @returns float32 [batch, embedding], not normalised
   * @throws ModelError if the length is not a multiple of one picture's
   */
  async run(pixels: Uint8Array): Promise<Float32Array> {
    const bytes = this.imageSize * this.imageSize * 3;
    const batch = pixels.length / bytes;
    if (!Number.isInteger(batch) || batch === 0) {
      throw new ModelError(
        `Expected whole pictures of ${this.imageSize} × ${this.imageSize} RGB pixels but received ${pixels.length} bytes.`,
      );
    }
    if (batch <= this.#imagesAtOnce) return this.#infer(pixels, batch);
    const features = new Float32Array(batch * this.embedding);
    for (let image = 0; image < batch; image += this.#imagesAtOnce) {
      const part = pixels.subarray(image * bytes, (image + this.#imagesAtOnce) * bytes);
      features.set(await this.#infer(part, part.length / bytes), image * this.embedding);
    }
    return features;
  }

  async #infer(pixels: Uint8Array, batch: number): Promise<Float32Array> {
    const { imageSize } = this;
    const tensor = new Tensor('uint8', pixels, [batch, imageSize, imageSize, 3]);
    return floatsOf(await this.#session.run({ pixels: tensor }), 'visual');
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/** A float32 output by name. */
export function floatsOf(outputs: Awaited<ReturnType<InferenceSession['run']>>, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (!(data instanceof Float32Array)) throw new ModelError(`The graph gave no float32 output "${name}".`);
  return data;
}
