import type { Multiplicities, RankedScores } from './ranked-scores.ts';

/** Corners of a ROC curve from (0, 0) to (1, 1). */
export interface RocCurve {
  readonly falsePositiveRate: readonly number[];
  readonly truePositiveRate: readonly number[];
}

/** The curve's corners; points on a straight line between two others are left out, as they draw nothing. */
export function rocCurve(ranked: RankedScores): RocCurve {
  const points: [number, number][] = [[0, 0]];
  ranked.descend(undefined, (positives, negatives) => {
    const point: [number, number] = [negatives / ranked.negatives, positives / ranked.positives];
    const [last, previous] = [points.at(-1), points.at(-2)];
    if (last !== undefined && previous !== undefined) {
      const turn =
        (last[0] - previous[0]) * (point[1] - previous[1]) -
        (last[1] - previous[1]) * (point[0] - previous[0]);
      if (Math.abs(turn) < 1e-12) points.pop();
    }
    points.push(point);
  });
  return { falsePositiveRate: points.map(([x]) => x), truePositiveRate: points.map(([, y]) => y) };
}

/**
 * True positive rates at evenly spaced false positive rates 0 … 1, between corners on the straight line.
 *
 * @param into gets them; its length is the number of points
 * @returns whether there is a curve: both classes are present
 */
export function rocAtGrid(ranked: RankedScores, into: Float64Array, times?: Multiplicities): boolean {
  let [allPositives, allNegatives] = [0, 0];
  ranked.descend(times, (positives, negatives) => {
    [allPositives, allNegatives] = [positives, negatives];
  });
  if (allPositives === 0 || allNegatives === 0) return false;
  const step = allNegatives / (into.length - 1);
  let point = 0;
  let [positivesBefore, negativesBefore] = [0, 0];
  ranked.descend(times, (positives, negatives) => {
    const rise = (positives - positivesBefore) / (negatives - negativesBefore);
    for (; point < into.length - 1 && point * step < negatives; point += 1) {
      into[point] = (positivesBefore + rise * (point * step - negativesBefore)) / allPositives;
    }
    [positivesBefore, negativesBefore] = [positives, negatives];
  });
  into.fill(1, point);
  return true;
}
