import { InvalidArgumentError } from 'commander';

/** How many are wanted at most: a whole number from 1. */
export function limitOption(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError(`Expected a whole number above 0 but received "${text}".`);
}
