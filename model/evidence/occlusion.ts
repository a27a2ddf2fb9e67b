import type { EvidenceGrid } from './grid.ts';
import { blurred, covered, type ScorePictures } from './pictures.ts';

/** Pictures that are scored at once. */
const BATCH = 8;

/**
 * How far a score falls when a place of the picture is covered, place by place. It asks nothing of the tower but its
 * features, and costs as many pictures as there are places.
 *
 * Source: Zeiler and Fergus, Visualizing and Understanding Convolutional Networks (arXiv 1311.2901).
 *
 * @param pixels uint8 [size, size, 3]
 * @param weights of each sum of features
 * @param side places of a row, and rows
 */
export async function occlusionGrids(
  score: ScorePictures,
  pixels: Uint8Array,
  weights: readonly Float32Array[],
  { size, side }: { readonly size: number; readonly side: number },
): Promise<EvidenceGrid[]> {
  const cover = await blurred(pixels, size);
  const [whole = []] = await score(pixels, weights);
  const grids = weights.map(() => ({ side, values: new Float32Array(side * side) }));
  for (let first = 0; first < side * side; first += BATCH) {
    const count = Math.min(BATCH, side * side - first);
    const pictures = new Uint8Array(count * pixels.length);
    for (let index = 0; index < count; index += 1) {
      const made = covered(pixels, cover, { size, side }, (place) => place === first + index);
      pictures.set(made, index * pixels.length);
    }
    const scores = await score(pictures, weights);
    scores.forEach((sums, index) => {
      sums.forEach((sum, one) => {
        const grid = grids[one];
        if (grid !== undefined) grid.values[first + index] = (whole[one] ?? 0) - sum;
      });
    });
  }
  return grids;
}
