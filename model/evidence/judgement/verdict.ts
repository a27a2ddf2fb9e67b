import type { EvidenceMethod } from '../../../core/preparation/evidence-maps.ts';
import type { LabelCheck, MethodCheck } from '../../bundle/evidence-checks.ts';
import type { Interval } from '../../evaluation/bootstrap/interval.ts';
import { wilsonInterval } from '../../evaluation/metrics/wilson-interval.ts';

/** Units, at least, of each of the two checks: of fewer, nothing is said. */
export const LEAST_DRAWN = 20;
export const LEAST_PHOTOGRAPHS = 20;
/** Where more than this share of a picture counts as a hit, the disease has no place that a map could miss. */
export const MOST_CHANCE = 0.5;

/** Two-sided 95 %, of a mean. */
const DEVIATIONS = 1.959963984540054;

export interface Figure extends Interval {
  readonly value: number;
}

/** A share with its interval. */
export function shareFigure(hits: number, cases: number): Figure | null {
  return cases === 0 ? null : { value: hits / cases, ...wilsonInterval(hits, cases) };
}

/** A mean with the interval of its normal approximation. */
export function meanFigure(values: readonly number[]): Figure | null {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = DEVIATIONS * Math.sqrt(variance / values.length);
  return { value: mean, low: mean - half, high: mean + half };
}

type Checked = Pick<LabelCheck, 'drawn' | 'chance' | 'centre' | 'photographs' | 'methods'>;

/** Whether a method points better than chance, and holds more of the score than orders that know nothing. */
function passes({ chance }: Checked, { pointing, overRandom, overCentre }: MethodCheck): boolean {
  const points = pointing !== null && chance !== null && pointing.low > chance;
  return points && (overRandom?.low ?? 0) > 0 && (overCentre?.low ?? 0) > 0;
}

function objection(checked: Checked): string {
  const { drawn, chance, photographs } = checked;
  if (drawn < LEAST_DRAWN) {
    return `drawings of it raise the score of ${drawn} eyes, fewer than ${LEAST_DRAWN}: where its signs lie could not be judged`;
  }
  if (chance !== null && chance > MOST_CHANCE) {
    return `its signs lie all over the picture (${Math.round(100 * chance)} % of it counts as a hit): no map can be wrong about it`;
  }
  if (photographs < LEAST_PHOTOGRAPHS) {
    return `it was found in ${photographs} photographs, fewer than ${LEAST_PHOTOGRAPHS}`;
  }
  return 'no method points to the drawn signs more often than chance and holds more of the score than a map from the middle and one by lot';
}

/**
 * Which method's maps are shown of a label: of those that pass both checks the one that points best. Occlusion costs many times
 * as much and would keep other exams waiting, so it is taken only where no other passes.
 *
 * @returns the method, or why there is none
 */
export function verdictOf(checked: Checked): {
  readonly shown: EvidenceMethod | null;
  readonly why: string | null;
} {
  const isJudged =
    checked.drawn >= LEAST_DRAWN &&
    checked.photographs >= LEAST_PHOTOGRAPHS &&
    (checked.chance ?? 1) <= MOST_CHANCE;
  const passing = isJudged ? checked.methods.filter((method) => passes(checked, method)) : [];
  const better = (a: MethodCheck, b: MethodCheck) =>
    (b.pointing?.value ?? 0) - (a.pointing?.value ?? 0) ||
    (b.overCentre?.value ?? 0) - (a.overCentre?.value ?? 0);
  const cheap = passing.filter(({ method }) => method !== 'occlusion').sort(better)[0];
  const dear = passing.find(({ method }) => method === 'occlusion');
  const shown = (cheap ?? dear)?.method ?? null;
  return { shown, why: shown === null ? objection(checked) : null };
}
