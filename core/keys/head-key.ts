/** Heads that were added after their bundle, each under its id. */
export const HEADS_PREFIX = 'heads/';

/** @example headKey('9f…') // 'heads/9f….json' */
export function headKey(id: string): string {
  return `${HEADS_PREFIX}${id}.json`;
}
