/** Cosine of the angle between two vectors of one length; NaN if one of them is zero. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let product = 0;
  let lengthA = 0;
  let lengthB = 0;
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const x = a[index] ?? Number.NaN;
    const y = b[index] ?? Number.NaN;
    product += x * y;
    lengthA += x * x;
    lengthB += y * y;
  }
  return product / Math.sqrt(lengthA * lengthB);
}
