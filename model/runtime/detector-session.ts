import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Bundle } from '../bundle/open-bundle.ts';
import { ModelError } from '../errors.ts';
import { DETECTOR_OUTPUTS } from '../onnx/detector-graph.ts';
import { loadGraph, type SessionOptions } from './session.ts';
import { floatsOf } from './vision-session.ts';

/** The detector of a bundle, ready to run. */
export class DetectorSession {
  readonly #session: InferenceSession;
  readonly #imageSize: number;

  private constructor(session: InferenceSession, imageSize: number) {
    this.#session = session;
    this.#imageSize = imageSize;
  }

  /** @returns `null` if the bundle has none. @throws BundleError if it does not load */
  static async load(bundle: Bundle, options: SessionOptions = {}): Promise<DetectorSession | null> {
    const { detector, geometry } = bundle.manifest;
    if (detector === undefined) return null;
    const session = await loadGraph(bundle, detector.graph, options);
    return new DetectorSession(session, geometry.vision.imageSize);
  }

  /**
   * @param pixels uint8 [batch, size, size, 3], RGB, as the vision tower takes them
   * @returns float32 [batch, 2]: logits of a left eye and of a gradable photograph
   * @throws ModelError if the length is not a multiple of one picture's
   */
  async run(pixels: Uint8Array): Promise<Float32Array> {
    const imageSize = this.#imageSize;
    const batch = pixels.length / (imageSize * imageSize * 3);
    if (!Number.isInteger(batch) || batch === 0) {
      throw new ModelError(
        `Expected whole pictures of ${imageSize} × ${imageSize} RGB pixels but received ${pixels.length} bytes.`,
      );
    }
    const tensor = new Tensor('uint8', pixels, [batch, imageSize, imageSize, 3]);
    const logits = floatsOf(await this.#session.run({ pixels: tensor }), 'logits');
    if (logits.length !== batch * DETECTOR_OUTPUTS)
      throw new ModelError('The detector gave too few numbers.');
    return logits;
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
