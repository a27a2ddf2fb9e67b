import { InvalidArgumentError } from 'commander';
import { PRECISIONS, type Precision } from '../../core/activation/precisions.ts';

/** One precision as an option's value. */
export function precisionOption(value: string): Precision {
  const found = PRECISIONS.find((precision) => precision === value.trim());
  if (found === undefined) {
    throw new InvalidArgumentError(
      `Expected ${PRECISIONS.join(', ')} but received ${JSON.stringify(value)}.`,
    );
  }
  return found;
}

/** Several precisions, separated by commas. */
export function precisionsOption(value: string): Precision[] {
  return value.split(',').map(precisionOption);
}
