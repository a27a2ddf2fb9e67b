import { colours as pc } from './colours.ts';

/** Items named one by one before the rest is counted. */
const NAMED = 10;

/** Lines that name what was left out, and count the rest. */
export function leftOutLines(what: string, items: readonly string[]): string[] {
  const named = items.slice(0, NAMED).map((item) => `  ${pc.yellow(what)} ${item}`);
  return items.length > NAMED ? [...named, `  … and ${items.length - NAMED} more`] : named;
}
