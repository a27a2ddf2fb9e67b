import { createRequire } from 'node:module';
import { NORMAL } from '../../../core/exams/finding.ts';
import type { Laterality } from '../../../core/exams/laterality.ts';
import { type Head, headId, headSchema } from '../../../core/heads/head.ts';
import { HeadScorer } from '../../../core/heads/score-head.ts';
import { EVIDENCE_METHODS, type EvidenceMethod } from '../../../core/preparation/evidence-maps.ts';
import type { EvidenceChecks, LabelCheck } from '../../bundle/evidence-checks.ts';
import type { Bundle } from '../../bundle/open-bundle.ts';
import { seededIndices } from '../../evaluation/bootstrap/random.ts';
import { Explainer } from '../explainer.ts';
import type { EvidenceGrid } from '../grid.ts';
import { eyeWeights } from '../weights.ts';
import { centreOrder, insertionLessDeletion, orderOf, randomOrder } from './deletion.ts';
import { chanceOf, type DrawnPlaces, hits, insideToOutside } from './pointing.ts';
import { LEAST_DRAWN, MOST_CHANCE, meanFigure, shareFigure, verdictOf } from './verdict.ts';

/** A drawn eye with one disease, and the same eye without. */
export interface DrawnEye {
  readonly eye: Laterality;
  /** Name of the label that means it. */
  readonly disease: string;
  /** uint8 [size, size, 3]. */
  readonly sick: Uint8Array;
  readonly well: Uint8Array;
  readonly places: DrawnPlaces;
}

/** A photograph of an eye. */
export interface JudgedPhotograph {
  readonly eye: Laterality;
  /** uint8 [size, size, 3]. */
  readonly pixels: Uint8Array;
}

export interface JudgeOptions {
  readonly drawn: AsyncIterable<DrawnEye>;
  readonly photographs: AsyncIterable<JudgedPhotograph>;
  readonly told?: (what: string) => void;
}

/** How much a drawn disease must raise the score to be seen at all, in units of the score. */
const LEAST_RISE = 0.5;
/** Photographs of each label that are covered and uncovered. */
const MOST_PHOTOGRAPHS = 24;
/** A map that is highest in the middle of the picture. */
const CENTRE: EvidenceGrid = { side: 3, values: Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0) };

/** One label of one head. */
interface Judged {
  readonly head: Head;
  readonly label: Head['labels'][number];
}

/** What adds up over eyes, of one method. */
class MethodTally {
  hits = 0;
  readonly ratios: number[] = [];
  readonly overRandom: number[] = [];
  readonly overCentre: number[] = [];
}

/** What adds up over eyes, of one label. */
class LabelTally {
  drawn = 0;
  chance = 0;
  centre = 0;
  photographs = 0;
  readonly methods = new Map<EvidenceMethod, MethodTally>();

  /** Whether the drawings alone say that no map is shown: photographs, which cost most, cannot change it. */
  get isLost(): boolean {
    return this.drawn < LEAST_DRAWN || this.chance / this.drawn > MOST_CHANCE;
  }

  of(method: EvidenceMethod): MethodTally {
    const known = this.methods.get(method) ?? new MethodTally();
    this.methods.set(method, known);
    return known;
  }

  addDrawn(grids: ReadonlyMap<EvidenceMethod, EvidenceGrid>, places: DrawnPlaces): void {
    this.drawn += 1;
    this.chance += chanceOf(places);
    if (hits(CENTRE, places)) this.centre += 1;
    for (const [method, grid] of grids) {
      const tally = this.of(method);
      if (hits(grid, places)) tally.hits += 1;
      const ratio = insideToOutside(grid, places);
      if (ratio !== null) tally.ratios.push(ratio);
    }
  }
}

function checkOf(
  { head, label }: Judged,
  tally: LabelTally,
  costs: ReadonlyMap<EvidenceMethod, number>,
): LabelCheck {
  const { drawn, photographs } = tally;
  const checked = {
    drawn,
    chance: drawn === 0 ? null : tally.chance / drawn,
    centre: drawn === 0 ? null : tally.centre / drawn,
    photographs,
    methods: EVIDENCE_METHODS.flatMap((method) => {
      const found = tally.methods.get(method);
      if (found === undefined) return [];
      const { ratios } = found;
      return [
        {
          method,
          pointing: shareFigure(found.hits, drawn),
          insideToOutside:
            ratios.length === 0 ? null : ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length,
          overRandom: meanFigure(found.overRandom),
          overCentre: meanFigure(found.overCentre),
          coreMilliseconds: costs.get(method) ?? 0,
        },
      ];
    }),
  };
  return {
    head: head.name,
    headId: headId(headSchema.parse(head)),
    label: label.name,
    ...checked,
    ...verdictOf(checked),
  };
}

/**
 * Judges the evidence maps of every label of a bundle's heads that sum `visual` directly: by the pointing game on drawn eyes whose
 * signs are known, and by insertion and deletion on photographs, against orders that know nothing of the picture.
 *
 * @param heads those that are judged; the bundle's own unless told
 * @returns one check for each label, in the heads' order
 */
export async function judgeMaps(
  bundle: Bundle,
  { drawn, photographs, told = () => undefined }: JudgeOptions,
  heads: readonly Head[] = bundle.heads.map(({ id: _, ...head }) => head),
): Promise<{ readonly labels: readonly LabelCheck[]; readonly runtime: EvidenceChecks['runtime'] }> {
  await using explainer = await Explainer.load(bundle);
  const judged: Judged[] = heads.flatMap((head) =>
    // `normal` speaks of nothing that could be pointed to.
    head.labels
      .filter((label) => label.name !== NORMAL && eyeWeights(head, label, 'left') !== null)
      .map((label) => ({ head, label })),
  );
  const tallies = new Map(judged.map((one) => [one, new LabelTally()]));
  const size = explainer.imageSize;
  for await (const { eye, disease, sick, well, places } of drawn) {
    for (const one of judged) {
      if (one.label.name !== disease) continue;
      const weights = eyeWeights(one.head, one.label, eye) ?? new Float32Array();
      const [[raised = 0] = [], [plain = 0] = []] = await explainer.score(Buffer.concat([sick, well]), [
        weights,
      ]);
      if (raised - plain < LEAST_RISE) continue;
      tallies.get(one)?.addDrawn(await explainer.every(sick, weights), places);
    }
    told(`drawn: ${disease}`);
  }
  const draw = seededIndices(1);
  const random = () => draw(2 ** 30) / 2 ** 30;
  const isEnough = () =>
    [...tallies.values()].every((tally) => tally.isLost || tally.photographs >= MOST_PHOTOGRAPHS);
  for await (const { eye, pixels } of photographs) {
    if (isEnough()) break;
    const features = await explainer.features(pixels);
    for (const one of judged) {
      const tally = tallies.get(one);
      if (tally === undefined || tally.photographs >= MOST_PHOTOGRAPHS || tally.isLost) continue;
      if (!isPositive(one, features)) continue;
      tally.photographs += 1;
      const weights = eyeWeights(one.head, one.label, eye) ?? new Float32Array();
      const grids = [...(await explainer.every(pixels, weights))];
      const orders = [
        randomOrder(random),
        randomOrder(random),
        centreOrder(),
        ...grids.map(([, grid]) => orderOf(grid)),
      ];
      const held = await insertionLessDeletion(explainer.score, pixels, size, weights, orders);
      const [first = 0, second = 0, centre = 0, ...own] = held;
      grids.forEach(([method], index) => {
        tally.of(method).overRandom.push((own[index] ?? 0) - (first + second) / 2);
        tally.of(method).overCentre.push((own[index] ?? 0) - centre);
      });
    }
    told('photographs');
  }
  const labels = judged.map((one) => checkOf(one, tallies.get(one) ?? new LabelTally(), explainer.costs));
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  return { labels, runtime: `onnxruntime-node ${version}, cpu` };
}

/** Whether an eye's label reaches the head's threshold. Of `pair` the eye stands for both, as that of a single-eyed patient. */
function isPositive({ head, label }: Judged, visual: Float32Array): boolean {
  const feature = head.feature === 'pair' ? Float32Array.from([...visual, ...visual]) : visual;
  const index = head.labels.indexOf(label);
  return (new HeadScorer(head).probabilities(feature)[index] ?? 0) >= label.threshold;
}
