import type { Cumulative, RankedScores } from './ranked-scores.ts';

/** Corners of a ROC curve from (0, 0) to (1, 1). */
export interface RocCurve {
  readonly falsePositiveRate: readonly number[];
  readonly truePositiveRate: readonly number[];
}

/** The curve's corners; points on a straight line between two others are left out, as they draw nothing. */
export function rocCurve(ranked: RankedScores): RocCurve {
  const points: [number, number][] = [[0, 0]];
  const { positives, negatives } = ranked.cumulate();
  for (const [group, withLabel] of positives.entries()) {
    const point: [number, number] = [
      (negatives[group] as number) / ranked.negatives,
      withLabel / ranked.positives,
    ];
    const [last, previous] = [points.at(-1), points.at(-2)];
    if (last !== undefined && previous !== undefined) {
      const turn =
        (last[0] - previous[0]) * (point[1] - previous[1]) -
        (last[1] - previous[1]) * (point[0] - previous[0]);
      if (Math.abs(turn) < 1e-12) points.pop();
    }
    points.push(point);
  }
  return { falsePositiveRate: points.map(([x]) => x), truePositiveRate: points.map(([, y]) => y) };
}

/**
 * True positive rates at evenly spaced false positive rates 0 … 1, between corners on the straight line.
 *
 * @param into gets them; its length is the number of points
 * @returns whether there is a curve: both classes are present
 */
export function rocAtGrid({ positives, negatives }: Cumulative, into: Float64Array): boolean {
  const [allPositives, allNegatives] = [positives.at(-1) ?? 0, negatives.at(-1) ?? 0];
  if (allPositives === 0 || allNegatives === 0) return false;
  const step = allNegatives / (into.length - 1);
  let [point, withLabelBefore, withoutBefore] = [0, 0, 0];
  for (let group = 0; group < positives.length; group += 1) {
    const [withLabel, without] = [positives[group] as number, negatives[group] as number];
    const rise = (withLabel - withLabelBefore) / (without - withoutBefore);
    for (; point < into.length - 1 && point * step < without; point += 1) {
      into[point] = (withLabelBefore + rise * (point * step - withoutBefore)) / allPositives;
    }
    withLabelBefore = withLabel;
    withoutBefore = without;
  }
  into.fill(1, point);
  return true;
}
