import type { EvidenceMethod } from '../../core/preparation/evidence-maps.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import { VisionSession } from '../runtime/vision-session.ts';
import { hasEvidenceGraph } from './evidence-graph.ts';
import { EvidenceSession } from './evidence-session.ts';
import type { EvidenceGrid } from './grid.ts';
import { occlusionGrids } from './occlusion.ts';
import type { ScorePictures } from './pictures.ts';
import { OCCLUSION_SIDE, scorerOf } from './tower-explainer.ts';

function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Every method by which a bundle's evidence maps are made, side by side, with what each costs. */
export class Explainer implements AsyncDisposable {
  readonly imageSize: number;
  /** Scores pictures by sums of their features. */
  readonly score: ScorePictures;
  readonly #vision: VisionSession;
  readonly #evidence: EvidenceSession | null;
  readonly #spent = new Map<EvidenceMethod, { milliseconds: number; maps: number }>();

  private constructor(vision: VisionSession, evidence: EvidenceSession | null) {
    this.imageSize = vision.imageSize;
    this.score = scorerOf(vision);
    this.#vision = vision;
    this.#evidence = evidence;
  }

  /** @throws BundleError if the bundle has no fp32 */
  static async load(bundle: Bundle): Promise<Explainer> {
    const vision = await VisionSession.load(bundle, { precision: 'fp32', provider: 'cpu', threads: 1 });
    const hasGraph = hasEvidenceGraph(bundle.manifest);
    return new Explainer(vision, hasGraph ? await EvidenceSession.load(bundle, 1) : null);
  }

  /** Milliseconds of one core for one map, by method, of the maps that were made. */
  get costs(): ReadonlyMap<EvidenceMethod, number> {
    return new Map(
      [...this.#spent].map(([method, { milliseconds, maps }]) => [
        method,
        Number((milliseconds / maps).toPrecision(3)),
      ]),
    );
  }

  /** `visual` of one picture. */
  features(pixels: Uint8Array): Promise<Float32Array> {
    return this.#vision.run(pixels);
  }

  /** The grid of one sum by each method. */
  async every(pixels: Uint8Array, weights: Float32Array): Promise<Map<EvidenceMethod, EvidenceGrid>> {
    const grids = new Map<EvidenceMethod, EvidenceGrid>();
    if (this.#evidence !== null) {
      const began = processorMilliseconds();
      const [found] = await this.#evidence.run(pixels, [weights]);
      const spent = processorMilliseconds() - began;
      if (found !== undefined) {
        for (const method of ['activation', 'gradient', 'combined'] as const) {
          grids.set(method, found[method]);
          this.#note(method, spent);
        }
      }
    }
    const began = processorMilliseconds();
    const place = { size: this.imageSize, side: OCCLUSION_SIDE };
    const [covered] = await occlusionGrids(this.score, pixels, [weights], place);
    this.#note('occlusion', processorMilliseconds() - began);
    if (covered !== undefined) grids.set('occlusion', covered);
    return grids;
  }

  #note(method: EvidenceMethod, milliseconds: number): void {
    const known = this.#spent.get(method) ?? { milliseconds: 0, maps: 0 };
    this.#spent.set(method, { milliseconds: known.milliseconds + milliseconds, maps: known.maps + 1 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#vision.release();
    await this.#evidence?.release();
  }
}
