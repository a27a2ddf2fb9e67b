import type { EyeResult } from './exam-result.ts';
import { LATERALITIES, type Laterality } from './laterality.ts';
import type { LateralityCheck } from './laterality-check.ts';

type Eyes = Readonly<Record<Laterality, EyeResult | null>>;

/** Whether a photograph is of the other eye if it was turned by half: it shows the labelled one for sure. */
function isOtherIfTurned(label: Laterality, check: LateralityCheck | undefined): boolean {
  return check?.turned === true && check.detected === label && check.confidence >= check.threshold;
}

function suspected(label: Laterality, eye: EyeResult): EyeResult {
  const checked = <T extends { readonly laterality?: LateralityCheck }>(one: T): T =>
    one.laterality !== undefined && isOtherIfTurned(label, one.laterality)
      ? { ...one, laterality: { ...one.laterality, suspect: true } }
      : one;
  return checked({ ...eye, images: eye.images.map(checked) });
}

/**
 * Makes eyes suspect that agree with their labels although their photographs were turned by half: a turned right eye looks
 * like a left one, so left and right were swapped. One photograph in seventy is wrongly seen as turned, so both eyes have
 * to be, and no photograph of the exam may be upright.
 */
export function withTurnedPair(eyes: Eyes): Eyes {
  const { left, right } = eyes;
  if (left === null || right === null) return eyes;
  const isUpright = [left, right].some(({ images }) =>
    images.some(({ laterality }) => laterality?.turned === false),
  );
  const isSwapped = LATERALITIES.every((label) =>
    eyes[label]?.images.some(({ laterality }) => isOtherIfTurned(label, laterality)),
  );
  if (isUpright || !isSwapped) return eyes;
  return { left: suspected('left', left), right: suspected('right', right) };
}
