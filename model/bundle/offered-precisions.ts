import { PRECISIONS, type Precision } from '../../core/activation/precisions.ts';
import { UNVERIFIED_PRECISION_FLAG } from '../../core/exams/screening-output.ts';
import { type Agreement, holds, LEAST_PATIENTS, MOST_CHANGED_SHARE } from './agreement.ts';
import type { Manifest } from './manifest.ts';

/** The precision that others are compared with: as the weights are computed in training. */
export const REFERENCE_PRECISION: Precision = 'fp32';

type Evidence = Pick<Manifest, 'variants' | 'heads'>;

/** Evidence speaks of the heads that it was taken with only. */
function coversHeads({ heads }: Evidence, agreement: Agreement): boolean {
  const compared = new Set(agreement.heads.map(({ id }) => id));
  return heads.every(({ id }) => compared.has(id));
}

/**
 * Whether a precision may stand for the bundle: fp32 always, another once `retclip model verify --photographs` has shown
 * that its findings are fp32's, within {@link MOST_CHANGED_SHARE}, for every head of the bundle.
 */
export function isOffered(manifest: Evidence, precision: Precision): boolean {
  const variant = manifest.variants[precision];
  if (variant === undefined) return false;
  if (precision === REFERENCE_PRECISION) return true;
  const { agreement } = variant;
  if (!agreement?.offered) return false;
  return holds(agreement) && coversHeads(manifest, agreement);
}

/** Precisions whose features and findings may stand for each other. */
export function offeredPrecisions(manifest: Evidence): Precision[] {
  return PRECISIONS.filter((precision) => isOffered(manifest, precision));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** What evidence says, in words: `89 of 387 patients (23.0 %) change a finding, on odir5k_256`. */
export function agreementText({ photographs, changed }: Agreement): string {
  const { patients, source } = photographs;
  const share = patients === 0 ? 0 : changed / patients;
  return `${changed} of ${patients} patients (${percent(share)}) change a finding, on ${source}`;
}

/** Why a precision that a bundle has is not offered, in words; `null` if it is. */
export function whyNotOffered(manifest: Evidence, precision: Precision): string | null {
  if (isOffered(manifest, precision)) return null;
  const agreement = manifest.variants[precision]?.agreement;
  if (agreement === undefined) return 'its findings were not compared with those of fp32 on photographs';
  if (agreement.photographs.patients < LEAST_PATIENTS) {
    return `it was compared on ${agreement.photographs.patients} patients, fewer than ${LEAST_PATIENTS}`;
  }
  if (!holds(agreement)) {
    return `${agreementText(agreement)}; at most ${percent(MOST_CHANGED_SHARE)} may`;
  }
  return coversHeads(manifest, agreement)
    ? 'its evidence does not say that it may be offered'
    : 'it was compared with other heads than the bundle has now';
}

/**
 * Flags of results that a worker computes in a precision: {@link UNVERIFIED_PRECISION_FLAG} where it was forced.
 *
 * @example
 * const flags = ['research-use-only', ...precisionFlags(bundle.manifest, precision)];
 */
export function precisionFlags(manifest: Evidence, precision: Precision): string[] {
  return isOffered(manifest, precision) ? [] : [UNVERIFIED_PRECISION_FLAG];
}
