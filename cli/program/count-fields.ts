import { isFieldDoubtful } from '../../core/exams/field.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';

/** Which fields the gradable photographs of a program's results show. */
export interface FieldTally {
  /** Gradable photographs. */
  readonly photographs: number;
  /** By what they show, named or not; `undecided`: neither disc nor macula for sure. */
  readonly macula: number;
  readonly disc: number;
  readonly undecided: number;
  /** Named as of one and seen as of the other. */
  readonly doubtful: number;
  /** Whose sender named no field. */
  readonly unnamed: number;
  /** Of these, seen as of the disc. */
  readonly unnamedDisc: number;
  /** Eyes of which such discs are all that there is: they support no `recall`. */
  readonly eyesOfUnnamedDiscs: number;
}

const NOTHING: FieldTally = {
  ...{ photographs: 0, macula: 0, disc: 0, undecided: 0, doubtful: 0 },
  ...{ unnamed: 0, unnamedDisc: 0, eyesOfUnnamedDiscs: 0 },
};

/**
 * Adds a result's photographs to what was counted before. What former releases screened says nothing of fields seen and counts
 * as undecided.
 *
 * @example lines.reduce(withFields, undefined)
 */
export function withFields(before: FieldTally = NOTHING, line: Pick<ResultLine, 'eyes'>): FieldTally {
  const tally = { ...before };
  for (const eye of [line.eyes.left, line.eyes.right]) {
    const images = eye?.images.filter(({ gradable }) => gradable) ?? [];
    const discs = images.filter(({ fieldFrom, fieldSeen }) => fieldFrom === 'seen' && fieldSeen === 'disc');
    for (const { field, fieldFrom, fieldSeen } of images) {
      tally.photographs += 1;
      tally[fieldSeen ?? 'undecided'] += 1;
      if (fieldFrom === 'named' && isFieldDoubtful(field, fieldSeen)) tally.doubtful += 1;
      if (fieldFrom !== 'named') tally.unnamed += 1;
    }
    tally.unnamedDisc += discs.length;
    if (discs.length > 0 && discs.length === images.length) tally.eyesOfUnnamedDiscs += 1;
  }
  return tally;
}
