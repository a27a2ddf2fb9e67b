import type { Device, Media, Organization, Patient, Practitioner } from 'fhir/r4.js';
import { LATERALITIES } from '../../../core/exams/laterality.ts';
import type { ResultLine } from '../../../core/reviews/result-line.ts';
import type { Identified } from './identity.ts';
import { mediaOf } from './media.ts';
import { modelOf, patientOf, programOf, readersOf } from './parties.ts';

/** What all resources of an exam share. */
export interface ExamContext {
  readonly line: ResultLine;
  readonly patient: Identified<Patient>;
  readonly program: Identified<Organization>;
  readonly model: Identified<Device>;
  readonly readers: readonly Identified<Practitioner>[];
  /** By key in the store. */
  readonly images: ReadonlyMap<string, Identified<Media>>;
  /** Readers have come to their end. */
  readonly settled: boolean;
  /** Readers have come to their end, and it is not the model's outcome. */
  readonly changed: boolean;
}

export function examContext(line: ResultLine): ExamContext {
  const patient = patientOf(line);
  const settled = line.review?.status === 'final';
  const images = LATERALITIES.flatMap((laterality) => mediaOf(line, laterality, patient));
  return {
    line,
    patient,
    program: programOf(line),
    model: modelOf(line),
    readers: readersOf(line),
    images: new Map(images.map(({ key, media }) => [key, media])),
    settled,
    changed: settled && line.final.outcome !== line.outcome,
  };
}

/** When the exam was, if its id says so; when it was screened is another thing. */
export function examDate(line: ResultLine): { effectiveDateTime?: string } {
  const date = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)/.exec(line.exam)?.[0];
  return date === undefined || Number.isNaN(Date.parse(date)) ? {} : { effectiveDateTime: date };
}
