const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/**
 * A number of bytes as people read it, rounded up: what is needed is never told too small.
 *
 * @example bytesText(5_200_000) // '5.2 MB'
 */
export function bytesText(bytes: number): string {
  const power = bytes < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  if (power === 0) return `${bytes} bytes`;
  return `${(Math.ceil((bytes / 1_000 ** power) * 10) / 10).toFixed(1)} ${UNITS[power]}`;
}
