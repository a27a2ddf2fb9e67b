import { SCORED_FIELDS, type ScoredField } from '../exams/field.ts';
import { type AloneImage, MOST_ALONE, NORMAL } from '../exams/finding.ts';
import { probabilitiesOf, type Readout, shareLogits } from './probabilities.ts';

/** What a head's weights make of one image of an eye. */
export interface ScoredImage {
  /** Its key. */
  readonly image: string;
  readonly field: ScoredField;
  /** Weights times feature plus bias, for each label: before calibration, sigmoid and softmax. */
  readonly scores: readonly number[];
}

/** What several images of an eye together say of a label. */
export interface EyeReading {
  readonly probability: number;
  /** Key of the image that says it most, of the field that decided. */
  readonly image: string;
  /** Images that by themselves say more than the eye, the furthest first. */
  readonly alone: readonly AloneImage[];
}

/** Scores as probabilities, and as logits, which still tell apart what is nearly 0 or 1. */
interface Read {
  readonly probabilities: readonly number[];
  readonly logits: readonly number[];
}

/** The parts of a head that it takes, with what every label is called. */
interface NamedReadout extends Readout {
  readonly labels: readonly (Readout['labels'][number] & { readonly name: string })[];
}

function read(readout: Readout, scores: readonly number[]): Read {
  const logits = readout.kind === 'multi-class' ? shareLogits(scores) : scores;
  return { probabilities: probabilitiesOf(readout, scores), logits };
}

/** The same number to the bit in whatever order the values come. */
function mean(values: readonly number[]): number {
  const sum = values.toSorted((a, b) => a - b).reduce((total, value) => total + value, 0);
  return sum / values.length;
}

/** Which of two says more of a label: the less likely it is, the more is said of `normal`. */
function furtherFirst(a: Read, b: Read, label: number, isNormal: boolean): number {
  const more = (b.probabilities[label] ?? 0) - (a.probabilities[label] ?? 0);
  const order = more === 0 ? (b.logits[label] ?? 0) - (a.logits[label] ?? 0) : more;
  return isNormal ? -order : order;
}

/**
 * Reads several images of an eye together. Images of one field are averaged: the mean of their scores is read as one
 * image's score is, by the head's calibration, softmax and order of grades. Of the fields, the one that says most decides
 * each label: the highest probability, for `normal` the lowest. The rule is `SEVERAL_IMAGES_RULE`.
 *
 * ```
 * macula  2.0  1.0 ─ mean 1.5 ─▶ 0.82 ┐
 * disc   -1.0      ─ mean -1.0 ▶ 0.27 ┴ maximum ▶ 0.82, in the first image; it alone says 0.88
 * ```
 *
 * A maximum over all images would grow with their number; a mean does not. See docs/several-images.md.
 *
 * @param images at least one, in any order
 * @returns one reading for each label, in the head's order
 */
export function readSeveral(readout: NamedReadout, images: readonly ScoredImage[]): EyeReading[] {
  const own = images
    .toSorted((a, b) => (a.image < b.image ? -1 : 1))
    .map(({ image, field, scores }) => ({ image, field, ...read(readout, scores) }));
  const fields = SCORED_FIELDS.flatMap((field) => {
    const scores = images.filter((image) => image.field === field).map((image) => image.scores);
    if (scores.length === 0) return [];
    const means = readout.labels.map((_, label) => mean(scores.map((of) => of[label] ?? 0)));
    return [{ field, ...read(readout, means) }];
  });
  return readout.labels.map(({ name }, label) => {
    const isNormal = name === NORMAL;
    const [deciding] = fields.toSorted((a, b) => furtherFirst(a, b, label, isNormal));
    const ranked = own.toSorted((a, b) => furtherFirst(a, b, label, isNormal));
    const probability = deciding?.probabilities[label] ?? 0;
    const alone = ranked
      .map(({ image, probabilities }) => ({ image, probability: probabilities[label] ?? 0 }))
      .filter((one) => (isNormal ? one.probability < probability : one.probability > probability));
    const named = ranked.find(({ field }) => field === deciding?.field);
    return { probability, image: named?.image ?? '', alone: alone.slice(0, MOST_ALONE) };
  });
}
