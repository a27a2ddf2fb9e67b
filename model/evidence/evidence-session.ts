import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Bundle, visionFileName } from '../bundle/open-bundle.ts';
import { verifiedFile } from '../bundle/verified-file.ts';
import { ModelError } from '../errors.ts';
import { readModel } from '../onnx/read-model.ts';
import { encodeModel } from '../onnx/write-model.ts';
import { floatsOf } from '../runtime/vision-session.ts';
import { combined } from './combine.ts';
import { addEvidence, type EvidenceGraph, hasEvidenceGraph } from './evidence-graph.ts';
import { type EvidenceGrid, tiled } from './grid.ts';

/** What the evidence graph says of one sum of features. */
export interface GraphEvidence {
  readonly activation: EvidenceGrid;
  readonly gradient: EvidenceGrid;
  /** Both: see {@link combined}. */
  readonly combined: EvidenceGrid;
}

/** The second graph of a bundle's vision tower, ready to run, on the processor. */
export class EvidenceSession {
  readonly imageSize: number;
  readonly #session: InferenceSession;
  readonly #embedding: number;
  readonly #strides: EvidenceGraph['strides'];

  private constructor(session: InferenceSession, bundle: Bundle, strides: EvidenceGraph['strides']) {
    const { vision, embedding } = bundle.manifest.geometry;
    this.#session = session;
    this.#strides = strides;
    this.imageSize = vision.imageSize;
    this.#embedding = embedding;
  }

  /**
   * @param threads of one run; ONNX Runtime's choice unless told
   * @throws BundleError if the bundle has no fp32; ModelError if its tower has no evidence graph
   */
  static async load(bundle: Bundle, threads?: number): Promise<EvidenceSession> {
    const { vision, embedding } = bundle.manifest.geometry;
    if (!hasEvidenceGraph(bundle.manifest))
      throw new ModelError(`A ${vision.kind} tower of this size has no evidence graph.`);
    const path = await verifiedFile(bundle, visionFileName(bundle, 'fp32'));
    const { graph, strides } = addEvidence(readModel(await readFile(path)), vision, embedding);
    const session = await InferenceSession.create(await encodeModel(graph), {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      ...(threads === undefined ? {} : { intraOpNumThreads: threads, interOpNumThreads: 1 }),
    });
    return new EvidenceSession(session, bundle, strides);
  }

  /**
   * @param pixels uint8 [size, size, 3], RGB
   * @param weights of each sum, one for each channel of `visual`
   * @returns for each sum
   */
  async run(pixels: Uint8Array, weights: readonly Float32Array[]): Promise<GraphEvidence[]> {
    const { imageSize } = this;
    const together = new Float32Array(weights.length * this.#embedding);
    weights.forEach((sum, index) => {
      together.set(sum, index * this.#embedding);
    });
    const outputs = await this.#session.run({
      pixels: new Tensor('uint8', pixels, [1, imageSize, imageSize, 3]),
      weights: new Tensor('float32', together, [weights.length, this.#embedding]),
    });
    const [deep, fine] = [floatsOf(outputs, 'activation'), floatsOf(outputs, 'gradient')];
    return weights.map((_, index) => {
      const rows = (shares: Float32Array) => {
        const places = shares.length / weights.length;
        return shares.subarray(index * places, (index + 1) * places);
      };
      const activation = this.#gridOf(rows(deep), this.#strides?.deep, rows(fine).length);
      const gradient = this.#gridOf(rows(fine), this.#strides?.fine, rows(fine).length);
      return { activation, gradient, combined: combined(activation, gradient) };
    });
  }

  /** @param finest places of the finer of both grids: tiles are as many, so that none of the coarser one is lost */
  #gridOf(shares: Float32Array, stride: number | undefined, finest: number): EvidenceGrid {
    // A transformer's class token lies at no place.
    if (stride === undefined) return { side: Math.sqrt(shares.length - 1), values: shares.slice(1) };
    const grid = { side: Math.sqrt(shares.length), values: shares };
    return tiled(grid, { stride, size: this.imageSize, side: Math.sqrt(finest) });
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
