import type { ActiveModel } from '../activation/active-model.ts';
import type { ScreeningOutput } from './exam-result.ts';
import { eyeResultOf, hasDoubtfulField } from './eye-result.ts';
import type { ScoredFinding } from './finding.ts';
import { LATERALITIES, type Laterality } from './laterality.ts';
import type { FoundImage } from './primary-image.ts';
import { withTurns } from './turns.ts';

/** How a result was computed. */
export type RuntimeDescription = ScreeningOutput['runtime'];

/** Flag of a result that was computed in a precision whose findings were not shown to be those of fp32. */
export const UNVERIFIED_PRECISION_FLAG = 'unverified-precision';

/** Of a result that needed no model: no image was gradable. */
export const NO_RUNTIME: RuntimeDescription = { runtime: 'none', provider: 'none', precision: 'none' };

/** What a bundle and its runtime say of the numbers that they give. */
export interface ReadOut {
  readonly model: ActiveModel;
  readonly runtime: RuntimeDescription;
  /** `false` where a precision was forced that the bundle does not offer; `true` unless told. */
  readonly isPrecisionVerified?: boolean;
}

/** What was found of each eye's images. */
export type FoundImages = Readonly<Record<Laterality, readonly FoundImage[]>>;

/** What a model made of an exam's gradable images. */
export interface ReadFindings {
  readonly findings: readonly ScoredFinding[];
  readonly features: ScreeningOutput['features'];
  /** Keys of images whose features lie far from those of training. */
  readonly unlikeTraining?: ReadonlySet<string>;
}

export const NOTHING_READ: ReadFindings = { findings: [], features: null };

/** Puts the answer to a request together. */
export function screeningOutput(
  { requestId }: { readonly requestId: string },
  { model, runtime, isPrecisionVerified = true }: ReadOut,
  images: FoundImages,
  { findings, features, unlikeTraining = new Set() }: ReadFindings,
): ScreeningOutput {
  const eyeOf = (eye: Laterality) => eyeResultOf(eye, images[eye], unlikeTraining);
  const eyes = withTurns({ left: eyeOf('left'), right: eyeOf('right') });
  const seen = [eyes.left, eyes.right].flatMap((eye) => eye?.images ?? []);
  const isSuspect = seen.some(({ laterality }) => laterality?.suspect === true);
  return {
    requestId,
    screenedAt: new Date().toISOString(),
    model: model.model,
    preprocessing: model.preprocessing,
    heads: [...model.heads],
    eyes,
    findings: [...findings],
    features,
    flags: [
      'research-use-only',
      ...(model.trained ? [] : ['untrained-model']),
      ...(model.heads.length === 0 ? ['features-only'] : []),
      ...(isPrecisionVerified ? [] : [UNVERIFIED_PRECISION_FLAG]),
      ...LATERALITIES.filter((eye) => eyes[eye] === null).map((eye) => `${eye}-eye-missing`),
      ...(isSuspect ? ['laterality-suspect'] : []),
      ...(seen.some(hasDoubtfulField) ? ['field-doubtful'] : []),
      ...(seen.some(({ unlikeTraining }) => unlikeTraining) ? ['unlike-training'] : []),
    ],
    runtime,
  };
}
