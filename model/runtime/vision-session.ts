import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { type Bundle, visionFile } from '../bundle/open-bundle.ts';
import { ModelError } from '../errors.ts';
import type { Precision } from '../onnx/layers.ts';
import { loadSession, type SessionOptions } from './session.ts';

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

  private constructor(session: InferenceSession, imageSize: number, embedding: number) {
    this.#session = session;
    this.imageSize = imageSize;
    this.embedding = embedding;
  }

  /** @throws BundleError if the variant is missing or does not load */
  static async load(bundle: Bundle, options: VisionOptions): Promise<VisionSession> {
    const session = await loadSession(visionFile(bundle, options.precision), options);
    const { vision, embedding } = bundle.manifest.geometry;
    return new VisionSession(session, vision.imageSize, embedding);
  }

  /**
   * @param pixels uint8 [batch, size, size, 3], RGB
   * @returns float32 [batch, embedding], not normalised
   * @throws ModelError if the length is no multiple of one picture's
   */
  async run(pixels: Uint8Array): Promise<Float32Array> {
    const { imageSize } = this;
    const batch = pixels.length / (imageSize * imageSize * 3);
    if (!Number.isInteger(batch) || batch === 0) {
      throw new ModelError(
        `Expected whole pictures of ${imageSize} × ${imageSize} RGB pixels but received ${pixels.length} bytes.`,
      );
    }
    const outputs = await this.#session.run({
      pixels: new Tensor('uint8', pixels, [batch, imageSize, imageSize, 3]),
    });
    return floatsOf(outputs, 'visual');
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
