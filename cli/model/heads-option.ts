import { InvalidArgumentError } from 'commander';

/** A number of attention heads as an option's value. */
export function headsOption(value: string): number {
  const heads = Number(value);
  if (!Number.isInteger(heads) || heads < 1) {
    throw new InvalidArgumentError(`Expected a whole number of at least 1 but received ${value}.`);
  }
  return heads;
}
