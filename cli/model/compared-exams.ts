import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { ComparedExam, ComparedImage } from '../../model/agreement/compare-precisions.ts';
import { type FindOptions, findImages } from '../upload/find-images.ts';
import type { RefusedItem } from '../upload/planned-image.ts';
import type { Ask } from '../upload/settle-questions.ts';

/** Exams to compare precisions on, and what they are. */
export interface ComparedExams {
  readonly source: string;
  /** Drawings show nothing of photographs: they offer no precision. */
  readonly drawn: boolean;
  readonly exams: readonly ComparedExam[];
  readonly refused: readonly RefusedItem[];
}

/** Exams drawn where no photographs are at hand. */
const DRAWN_EXAMS = 12;
const DRAWN_SIZE = 384;

function imageOf(path: string | null): ComparedImage | null {
  return path === null ? null : { path, read: () => readFile(path) };
}

/** Photographs of a folder or manifest, found as `retclip upload` finds them. @throws WrongUseError */
export async function photographedExams(
  source: string,
  options: FindOptions,
  ask: Ask | null,
): Promise<ComparedExams> {
  const { exams, refused } = await findImages(source, options, ask);
  return {
    source: basename(resolve(source)),
    drawn: false,
    exams: exams.map(({ patient, left, right }) => ({
      patient,
      left: imageOf(left),
      right: imageOf(right),
    })),
    refused,
  };
}

/** A few drawn patients, the same every time. */
export async function drawnExams(): Promise<ComparedExams> {
  const { generatePatient } = await import('../../phantoms/index.ts');
  const exams: ComparedExam[] = [];
  for (let index = 1; index <= DRAWN_EXAMS; index += 1) {
    const { patient, left, right } = await generatePatient({
      seed: 'precision',
      index,
      size: DRAWN_SIZE,
    });
    const image = (eye: typeof left, laterality: string): ComparedImage | null =>
      eye && { path: `${patient}_${laterality}`, read: () => Promise.resolve(eye.jpeg) };
    exams.push({ patient, left: image(left, 'left'), right: image(right, 'right') });
  }
  return { source: `${DRAWN_EXAMS} drawn patients`, drawn: true, exams, refused: [] };
}
