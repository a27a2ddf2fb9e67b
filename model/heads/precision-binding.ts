import {
  type FeaturesPrecision,
  precisionText,
  UNNAMED_PRECISION,
} from '../../core/activation/precisions.ts';
import { HeadError } from '../errors.ts';
import type { Head } from './head.ts';

/** A head was fitted on features of another precision than it is to read. */
export class OtherPrecisionError extends HeadError {}

/**
 * A head reads features of the precision that it was fitted on, or of one whose findings were shown to be the same.
 *
 * @param source what gives the features, for the message: `Features file "f.safetensors"`, `The worker`
 * @throws OtherPrecisionError naming both precisions
 */
export function refuseOtherPrecision(head: Head, features: FeaturesPrecision, source: string): void {
  const fitted = head.precision ?? UNNAMED_PRECISION;
  const given = features.precision ?? UNNAMED_PRECISION;
  if (fitted === given) return;
  if ([fitted, given].every((precision) => features.equivalents.includes(precision))) return;
  throw new OtherPrecisionError(
    `Head "${head.name}" was fitted on features in ${precisionText(head.precision)}, but ${source} gives them in ${precisionText(features.precision)}, and nothing shows that both find the same in this bundle. Fit it on features of that precision, or show it: retclip model verify BUNDLE --photographs DIR`,
  );
}

/**
 * Whether a head may read what the active model gives, in whichever precision its workers run.
 *
 * @param offered precisions that the model's bundle offers; fp32 unless it is known
 * @throws OtherPrecisionError
 */
export function refuseUnofferedPrecision(head: Head, offered: readonly string[] = [UNNAMED_PRECISION]): void {
  const fitted = head.precision ?? UNNAMED_PRECISION;
  if (offered.includes(fitted)) return;
  throw new OtherPrecisionError(
    `Head "${head.name}" was fitted on features in ${fitted}, but the active model offers ${offered.join(', ') || 'none'}. Fit it on features in one of these, or show that ${fitted} finds the same: retclip model verify BUNDLE --photographs DIR`,
  );
}
