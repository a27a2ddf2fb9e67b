/** The bin of a histogram below which a share of its entries lies. */
export function percentileBin(histogram: Uint32Array, share: number): number {
  let left = share * histogram.reduce((sum, count) => sum + count, 0);
  for (let bin = 0; bin < histogram.length; bin += 1) {
    left -= histogram[bin] ?? 0;
    if (left <= 0) return bin;
  }
  return histogram.length - 1;
}

/** The level below which a share of a plane's pixels lies. */
export function percentile(plane: Uint8Array, share: number): number {
  const histogram = new Uint32Array(256);
  for (const value of plane) histogram[value] = (histogram[value] ?? 0) + 1;
  return percentileBin(histogram, share);
}
