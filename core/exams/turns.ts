import type { EyeResult } from './exam-result.ts';
import { LATERALITIES, type Laterality } from './laterality.ts';
import type { LateralityCheck } from './laterality-check.ts';

type Eyes = Readonly<Record<Laterality, EyeResult | null>>;

/** The eye with what its images are suspected of told by a rule. */
function suspected(eye: EyeResult, isSuspect: (check: LateralityCheck) => boolean): EyeResult {
  const checked = <T extends { readonly laterality?: LateralityCheck }>(one: T): T =>
    one.laterality === undefined
      ? one
      : { ...one, laterality: { ...one.laterality, suspect: isSuspect(one.laterality) } };
  return checked({ ...eye, images: eye.images.map(checked) });
}

/** Whether a photograph is of the other eye because it was turned by half: it shows the labelled one for sure. */
function isOtherIfTurned(
  label: Laterality,
  { turned, detected, confidence, threshold }: LateralityCheck,
): boolean {
  return turned === true && detected === label && confidence >= threshold;
}

/**
 * Reads the turns of an exam's photographs together, since one camera took them.
 *
 * Where one was turned by half for sure and none is upright, those that look like the other eye are not suspect: a turned
 * right eye looks like a left one. Where both eyes were turned for sure and each looks as it is named, left and right were
 * swapped. One photograph in seventy is wrongly seen as turned, so one alone makes nothing suspect.
 */
export function withTurns(eyes: Eyes): Eyes {
  const checksOf = (eye: EyeResult | null) =>
    eye?.images.flatMap(({ laterality }) => (laterality === undefined ? [] : [laterality])) ?? [];
  const checks = LATERALITIES.flatMap((label) => checksOf(eyes[label]));
  if (checks.every(({ turned }) => turned !== true) || checks.some(({ turned }) => turned === false))
    return eyes;
  const isSwapped = LATERALITIES.every((label) =>
    checksOf(eyes[label]).some((check) => isOtherIfTurned(label, check)),
  );
  const told = (label: Laterality): EyeResult | null => {
    const eye = eyes[label];
    return eye && suspected(eye, (check) => isSwapped && isOtherIfTurned(label, check));
  };
  return { left: told('left'), right: told('right') };
}
