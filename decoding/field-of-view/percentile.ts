/** The bin of a histogram below which a share of its entries lies. */
export function percentileBin(histogram: Uint32Array, share: number): number {
  let left = share * histogram.reduce((sum, count) => sum + count, 0);
  for (let bin = 0; bin < histogram.length; bin += 1) {
    left -= histogram[bin] ?? 0;
    if (left <= 0) return bin;
  }
  return histogram.length - 1;
}

/** How many pixels have each level. */
export function levelsOf(plane: Uint8Array): Uint32Array {
  const histogram = new Uint32Array(256);
  for (let index = 0; index < plane.length; index += 1) {
    const level = plane[index] ?? 0;
    histogram[level] = (histogram[level] ?? 0) + 1;
  }
  return histogram;
}
