import { wilsonInterval } from '../../model/evaluation/metrics/index.ts';
import { PictureRandom } from './random.ts';

/** A share in words, with its 95 % interval by Wilson (1927). */
export function shareWithInterval(count: number, of: number): string {
  if (of === 0) return 'none';
  const percent = (value: number) => (100 * value).toFixed(1);
  const { low, high } = wilsonInterval(count, of);
  return `${count}, ${percent(count / of)} % (${percent(low)} to ${percent(high)})`;
}

/** The share of pairs in which the first is higher; ties count half. */
export function areaUnderRoc(higher: readonly number[], lower: readonly number[]): number {
  let won = 0;
  for (const a of higher) for (const b of lower) won += a > b ? 1 : a === b ? 0.5 : 0;
  return won / (higher.length * lower.length);
}

/** The area with its 95 % interval, by a thousand draws with replacement from either side. */
export function areaWithInterval(higher: readonly number[], lower: readonly number[]): string {
  const random = new PictureRandom('area');
  const drawn = (values: readonly number[]) => values.map(() => random.pick(values));
  const areas = Array.from({ length: 1000 }, () => areaUnderRoc(drawn(higher), drawn(lower))).sort(
    (a, b) => a - b,
  );
  const [low, high] = [areas[24] ?? 0, areas[974] ?? 1];
  return `${areaUnderRoc(higher, lower).toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}), n ${higher.length} and ${lower.length}`;
}
