import { type FeaturesPrecision, precisionText, UNNAMED_PRECISION } from '../activation/precisions.ts';
import { type Head, HeadError } from './head.ts';

/** A head was fitted on features of one precision and is to read another. */
export class OtherPrecisionError extends HeadError {}

/**
 * Refuses features that a head must not read: those of a precision that it was not fitted on, unless the bundle shows that
 * both find the same.
 *
 * @param source what gives the features, for the message: `features file "f.safetensors"`, `the worker`
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
 * Refuses a head that was fitted on a precision that the active model does not offer.
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
