import { type ExamKey, examName } from '../exams/exam-key.ts';
import type { Laterality } from '../exams/laterality.ts';
import type { Doubt } from './doubt.ts';
import { idDoubts } from './id-doubts.ts';

/** What can be known of an image without looking at its pixels. */
export interface ExaminedImage {
  readonly exam: ExamKey;
  readonly laterality: Laterality;
  /** Of its bytes, in hexadecimal; `null` where it is not known, or where nothing else can have the same bytes. */
  readonly sha256: string | null;
  /** ISO day that its name or its exam's name tells, `2026-11-20`. */
  readonly day: string | null;
  /** ISO day of the camera (EXIF DateTimeOriginal). */
  readonly takenOn: string | null;
}

type Place = { readonly image: ExaminedImage; readonly index: number };

function sameBytes(same: readonly Place[]): Doubt[] {
  const images = same.map(({ index }) => index);
  const distinct = (of: (image: ExaminedImage) => string): string[] => [
    ...new Set(same.map(({ image }) => of(image))),
  ];
  const patients = distinct(({ exam }) => `${exam.program}/${exam.patient}`);
  if (patients.length > 1) {
    const names = distinct(({ exam }) => exam.patient).join(', ');
    return [
      {
        kind: 'same-bytes-two-patients',
        text: `The same file is sent for several patients: ${names}.`,
        images,
      },
    ];
  }
  const [first] = same;
  if (first === undefined) return [];
  const { patient } = first.image.exam;
  if (distinct(({ laterality }) => laterality).length > 1) {
    return [
      {
        kind: 'same-bytes-both-eyes',
        text: `The same file is sent for both eyes of patient ${patient}.`,
        images,
      },
    ];
  }
  const exams = distinct(({ exam }) => exam.exam);
  if (exams.length < 2) return [];
  const text = `The same file is sent for several exams of patient ${patient}: ${exams.join(', ')}.`;
  return [{ kind: 'same-bytes-two-exams', text, images }];
}

function differentDays(places: readonly Place[]): Doubt[] {
  return [...Map.groupBy(places, ({ image }) => examName(image.exam)).values()].flatMap((exam): Doubt[] => {
    const days = new Set(
      exam.flatMap(({ image }) => [image.day, image.takenOn].filter((day) => day !== null)),
    );
    const [first] = exam;
    if (days.size < 2 || first === undefined) return [];
    const { patient, exam: visit } = first.image.exam;
    const told = [...days].sort().join(' and ');
    return [
      {
        kind: 'different-days',
        text: `Names and cameras tell several days of patient ${patient}, exam ${visit}: ${told}. Is this one visit?`,
        images: exam.map(({ index }) => index),
      },
    ];
  });
}

/**
 * What is doubtful of images that each are well named: equal bytes for both eyes, two patients or two exams; images of
 * different days in one exam; patients' ids that hold something else than an id or are easily taken for one another.
 *
 * @param images of one upload, of one exam, or of one exam together with those that have its bytes
 * @returns one doubt for each thing that is doubtful, with the places of its images in the list
 * @example
 * doubtsOfImages([left, { ...right, sha256: left.sha256 }]) // [{ kind: 'same-bytes-both-eyes', images: [0, 1], … }]
 */
export function doubtsOfImages(images: readonly ExaminedImage[]): Doubt[] {
  const places = images.map((image, index) => ({ image, index }));
  const ofProgram = Map.groupBy(places, ({ image }) => image.exam.program);
  const ids = [...ofProgram.values()].flatMap((inProgram) => {
    const patients = [...new Set(inProgram.map(({ image }) => image.exam.patient))];
    return idDoubts(patients).map(
      ({ kind, text, patients: named }): Doubt => ({
        kind,
        text,
        images: inProgram.flatMap(({ image, index }) => (named.includes(image.exam.patient) ? [index] : [])),
      }),
    );
  });
  const hashed = places.filter(({ image }) => image.sha256 !== null);
  const bytes = [...Map.groupBy(hashed, ({ image }) => image.sha256).values()].flatMap(sameBytes);
  return [...ids, ...bytes, ...differentDays(places)];
}
