import leven from 'leven';

/**
 * Names that somebody may have meant by another: those that differ by a few letters, or hold it, or are held by it.
 *
 * @returns at most three, the nearest first
 */
export function nearNames(name: string, known: readonly string[]): string[] {
  const plain = name.toLowerCase();
  return known
    .map((other) => ({ other, distance: leven(plain, other.toLowerCase()) }))
    .filter(({ other, distance }) => {
      const holds = other.toLowerCase().includes(plain) || plain.includes(other.toLowerCase());
      return distance <= Math.ceil(plain.length / 3) || (holds && Math.min(plain.length, other.length) > 2);
    })
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ other }) => other);
}
