import { type EvidenceGrid, resized } from '../grid.ts';
import { blurred, covered, type ScorePictures } from '../pictures.ts';

/** Places of a row in which a picture is covered and uncovered. */
const SIDE = 14;
/** Shares of the picture at which the score is looked at, beside none and all. */
const SHARES = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75];

/** A map's places, those first that say most. */
export function orderOf(grid: EvidenceGrid): number[] {
  const { values } = resized(grid, SIDE);
  return [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
}

/** An order that knows nothing of the picture: from its middle outwards. */
export function centreOrder(): number[] {
  const middle = (SIDE - 1) / 2;
  const distance = (place: number) =>
    (Math.floor(place / SIDE) - middle) ** 2 + ((place % SIDE) - middle) ** 2;
  return Array.from({ length: SIDE * SIDE }, (_, place) => place).sort(
    (a, b) => distance(a) - distance(b) || a - b,
  );
}

/** An order by lot. @param random gives numbers from 0 up to 1 */
export function randomOrder(random: () => number): number[] {
  const lots = Array.from({ length: SIDE * SIDE }, random);
  return [...lots.keys()].sort((a, b) => (lots[a] ?? 0) - (lots[b] ?? 0));
}

/**
 * How much of a score an order of places holds: mean of the score while the picture appears in that order, less its mean while
 * it is covered in that order. The more, the more of what the tower goes by comes first.
 *
 * Source: Petsiuk et al., RISE (arXiv 1806.07421), insertion and deletion.
 *
 * @param pixels uint8 [size, size, 3]
 * @returns one number for each order, in units of the score
 */
export async function insertionLessDeletion(
  score: ScorePictures,
  pixels: Uint8Array,
  size: number,
  weights: Float32Array,
  orders: readonly (readonly number[])[],
): Promise<number[]> {
  const cover = await blurred(pixels, size);
  const grid = { size, side: SIDE };
  const held: number[] = [];
  for (const order of orders) {
    const rank = new Map(order.map((place, index) => [place, index]));
    const pictures = SHARES.flatMap((share) => {
      const count = Math.round(share * order.length);
      const isFirst = (place: number) => (rank.get(place) ?? 0) < count;
      return [
        covered(pixels, cover, grid, (place) => !isFirst(place)),
        covered(pixels, cover, grid, isFirst),
      ];
    });
    const scores = await score(Buffer.concat(pictures), [weights]);
    const sums = scores.map(([sum = 0], index) => (index % 2 === 0 ? sum : -sum));
    held.push(sums.reduce((total, sum) => total + sum, 0) / SHARES.length);
  }
  return held;
}
