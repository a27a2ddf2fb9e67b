import { InvalidArgumentError, Option } from 'commander';
import { PRECISIONS, type Precision } from '../../core/activation/precisions.ts';
import type { Bundle } from '../../model/bundle/index.ts';
import { WrongUseError } from '../errors.ts';

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

/** Options by which a verb chooses the precision of a bundle. */
export interface PrecisionFlags {
  readonly precision?: Precision;
  readonly acceptUnverified: boolean;
}

/** Takes a precision that the bundle does not offer. */
export function acceptUnverifiedOption(): Option {
  return new Option(
    '--accept-unverified',
    'take a precision whose findings were not shown to be those of fp32',
  ).default(false);
}

/** The precision that is asked for, or the best that the bundle offers. @throws WrongUseError if it does not offer it */
export async function chosenPrecision(
  bundle: Bundle,
  { precision, acceptUnverified }: PrecisionFlags,
): Promise<Precision> {
  const { bestPrecision } = await import('../../model/runtime/best-precision.ts');
  const { UnverifiedPrecisionError } = await import('../../model/errors.ts');
  try {
    return bestPrecision(bundle, 'cpu', { wanted: precision, acceptUnverified });
  } catch (error) {
    if (error instanceof UnverifiedPrecisionError) throw new WrongUseError(error.message);
    throw error;
  }
}
