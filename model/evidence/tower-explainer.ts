import type { EvidenceMethod } from '../../core/preparation/evidence-maps.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import type { VisionSession } from '../runtime/vision-session.ts';
import { hasEvidenceGraph } from './evidence-graph.ts';
import { EvidenceSession } from './evidence-session.ts';
import type { EvidenceGrid } from './grid.ts';
import { occlusionGrids } from './occlusion.ts';
import type { ScorePictures } from './pictures.ts';

/** Places of a row that are covered one after the other. */
export const OCCLUSION_SIDE = 7;

/** Scores pictures by a tower's features: weights times channels, without a head's bias. */
export function scorerOf(vision: Pick<VisionSession, 'run' | 'embedding'>): ScorePictures {
  const { embedding } = vision;
  return async (pictures, weights) => {
    const features = await vision.run(pictures);
    return Array.from({ length: features.length / embedding }, (_, picture) =>
      weights.map((sum) =>
        sum.reduce(
          (total, weight, channel) => total + weight * (features[picture * embedding + channel] ?? 0),
          0,
        ),
      ),
    );
  };
}

/** One sum of `visual`, and how its map is to be made. */
export interface Explained {
  readonly weights: Float32Array;
  readonly method: EvidenceMethod;
}

/** Makes evidence maps with a tower that is loaded already; the second graph is loaded where the tower has one. */
export class TowerExplainer {
  readonly #vision: VisionSession;
  readonly #evidence: EvidenceSession | null;

  private constructor(vision: VisionSession, evidence: EvidenceSession | null) {
    this.#vision = vision;
    this.#evidence = evidence;
  }

  /** @throws BundleError if the bundle has no fp32 */
  static async load(bundle: Bundle, vision: VisionSession, threads?: number): Promise<TowerExplainer> {
    const hasGraph = hasEvidenceGraph(bundle.manifest);
    return new TowerExplainer(vision, hasGraph ? await EvidenceSession.load(bundle, threads) : null);
  }

  /**
   * @param pixels uint8 [size, size, 3]
   * @returns one grid for each sum, in their order; empty, of side 0, where the tower has no such method
   */
  async grids(pixels: Uint8Array, sums: readonly Explained[]): Promise<EvidenceGrid[]> {
    const none: EvidenceGrid = { side: 0, values: new Float32Array() };
    const grids = sums.map(() => none);
    const places = (is: (method: EvidenceMethod) => boolean) =>
      sums.flatMap(({ weights, method }, place) => (is(method) ? [{ weights, method, place }] : []));
    const byGraph = places((method) => method !== 'occlusion');
    if (byGraph.length > 0 && this.#evidence !== null) {
      const found = await this.#evidence.run(
        pixels,
        byGraph.map(({ weights }) => weights),
      );
      byGraph.forEach(({ method, place }, index) => {
        const one = found[index];
        if (one !== undefined && method !== 'occlusion') grids[place] = one[method];
      });
    }
    const byCover = places((method) => method === 'occlusion');
    if (byCover.length > 0) {
      const found = await occlusionGrids(
        scorerOf(this.#vision),
        pixels,
        byCover.map(({ weights }) => weights),
        { size: this.#vision.imageSize, side: OCCLUSION_SIDE },
      );
      byCover.forEach(({ place }, index) => {
        grids[place] = found[index] ?? none;
      });
    }
    return grids;
  }

  async release(): Promise<void> {
    await this.#evidence?.release();
  }
}
