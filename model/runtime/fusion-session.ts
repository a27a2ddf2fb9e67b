import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { FUSION_FILE } from '../bundle/manifest.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import { loadGraph } from './session.ts';
import { floatsOf } from './vision-session.ts';

/** The mapped features of a batch of exams: float32 [batch, embedding] each, not normalised. */
export interface FusedFeatures {
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly patient: Float32Array;
}

/** The outputs of a graph that gives all three levels. */
export function fusedFeaturesOf(outputs: Awaited<ReturnType<InferenceSession['run']>>): FusedFeatures {
  return {
    left: floatsOf(outputs, 'left'),
    right: floatsOf(outputs, 'right'),
    patient: floatsOf(outputs, 'patient'),
  };
}

/** RET-CLIP's mappings behind the vision tower. Small: it runs on the CPU wherever the tower runs. */
export class FusionSession {
  readonly #session: InferenceSession;
  readonly #embedding: number;

  private constructor(session: InferenceSession, embedding: number) {
    this.#session = session;
    this.#embedding = embedding;
  }

  static async load(bundle: Bundle): Promise<FusionSession> {
    const session = await loadGraph(bundle, FUSION_FILE, { provider: 'cpu', threads: 1 });
    return new FusionSession(session, bundle.manifest.geometry.embedding);
  }

  /** @param left, right `visual` features, float32 [batch, embedding] */
  async run(left: Float32Array, right: Float32Array): Promise<FusedFeatures> {
    const shape = [left.length / this.#embedding, this.#embedding];
    const outputs = await this.#session.run({
      left_visual: new Tensor('float32', left, shape),
      right_visual: new Tensor('float32', right, shape),
    });
    return fusedFeaturesOf(outputs);
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
