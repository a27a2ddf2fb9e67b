import type { HeadReference } from '../../core/activation/active-model.ts';
import { NORMAL, type ScoredFinding } from '../../core/exams/finding.ts';
import type { ImageVersion } from '../../core/exams/image-version.ts';
import { LATERALITIES, type Laterality } from '../../core/exams/laterality.ts';
import type { HeadScorer } from '../../core/heads/score-head.ts';
import type { EvidenceMethod } from '../../core/preparation/evidence-maps.ts';
import type { EvidenceChecks } from '../../model/bundle/evidence-checks.ts';
import { eyeWeights } from '../../model/evidence/weights.ts';

/** An image of an exam, with what the model was given of it. */
export interface ExplainedImage {
  readonly image: ImageVersion;
  readonly laterality: Laterality;
  /** uint8 [size, size, 3]; `null` if it is ungradable. */
  readonly pixels: Uint8Array | null;
}

/** A head as a request names it, ready to score. */
export interface NamedScorer {
  readonly reference: HeadReference;
  readonly scorer: HeadScorer;
}

/** A positive finding in one image: how its map is made, or why there is none. */
export interface ExplainedFinding {
  readonly image: ExplainedImage;
  readonly level: ScoredFinding['level'];
  readonly head: HeadReference;
  readonly label: string;
  readonly how:
    | { readonly weights: Float32Array; readonly method: EvidenceMethod }
    | { readonly why: string };
}

/** Images of each eye, the primary one first. */
type Eyes = Readonly<Record<Laterality, readonly ExplainedImage[]>>;

function seenIn(image: ExplainedImage | undefined): image is ExplainedImage {
  return image !== undefined && image.pixels !== null;
}

/** The images that a finding rests on: the one that it names, or, of the patient, each eye's primary one. */
function imagesOf({ level, image }: ScoredFinding, eyes: Eyes): ExplainedImage[] {
  if (level === 'patient') return LATERALITIES.map((eye) => eyes[eye][0]).filter(seenIn);
  return [eyes[level].find((one) => one.image.key === image)].filter(seenIn);
}

/** By which weights a label sums the features of one eye. An eye alone stands for both in `pair`. */
function weightsOf(
  { scorer: { head } }: NamedScorer,
  label: string,
  eye: Laterality,
  isAlone: boolean,
): Float32Array | null {
  const found = head.labels.find(({ name }) => name === label);
  if (found === undefined) return null;
  const own = eyeWeights(head, found, eye);
  if (own === null || head.feature !== 'pair' || !isAlone) return own;
  const other = eyeWeights(head, found, eye === 'left' ? 'right' : 'left');
  return own.map((weight, channel) => weight + (other?.[channel] ?? 0));
}

function whyNot(checks: EvidenceChecks | undefined, { id }: HeadReference, label: string): string {
  if (checks === undefined) return 'the maps of this model were not judged';
  const check = checks.labels.find((one) => one.headId === id && one.label === label);
  if (check === undefined) return 'the maps of this head and label were not judged';
  return `its maps did not pass their check: ${check.why ?? 'no method was chosen'}`;
}

/**
 * The positive findings of an exam, image by image. A finding counts as positive where it reaches its head's threshold;
 * `normal` speaks of nothing that could be pointed to.
 */
export function explainedFindings(
  findings: readonly ScoredFinding[],
  heads: readonly NamedScorer[],
  eyes: Eyes,
  checks: EvidenceChecks | undefined,
): ExplainedFinding[] {
  return findings.flatMap((finding) => {
    const { label, level, probability, threshold } = finding;
    const named = heads.find(({ reference }) => reference.name === finding.head);
    if (named === undefined || label === NORMAL || probability < threshold) return [];
    const { reference: head } = named;
    const images = imagesOf(finding, eyes);
    const check = checks?.labels.find((one) => one.headId === head.id && one.label === label);
    return images.map((image): ExplainedFinding => {
      const weights = weightsOf(named, label, image.laterality, images.length === 1);
      const method = check?.shown ?? null;
      const how =
        weights === null || method === null ? { why: whyNot(checks, head, label) } : { weights, method };
      return { image, level, head, label, how };
    });
  });
}
