import { createHash } from 'node:crypto';
import type { Device, Media, Observation, Patient, Reference } from 'fhir/r4.js';
import type { Finding } from '../../../core/exams/finding.ts';
import type { Laterality } from '../../../core/exams/laterality.ts';
import type { ResultLine } from '../../../core/exams/result-line.ts';
import {
  bodySite,
  findingConcept,
  MEDIA_TYPE,
  MODALITY,
  OBSERVATION_CATEGORY,
  RESEARCH_USE,
} from './codes.ts';

/** Told with every resource that carries a result. */
export const NOTICE =
  'Research use only: found by a model that is no medical device; no finding is a diagnosis.';
const UNTRAINED = 'The model is untrained: its findings mean nothing.';

/** What all resources of an exam share. */
export interface ExamContext {
  readonly line: ResultLine;
  readonly subject: Reference;
  readonly device: Reference;
  readonly images: Readonly<Partial<Record<Laterality, Reference>>>;
  /** `final` once readers have settled the outcome. */
  readonly settled: boolean;
}

/** A resource's id, the same in every export: FHIR's ids hold no ideographs, pseudonyms may. */
export function resourceId(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}

export function referenceTo(type: string, id: string): Reference {
  return { reference: `${type}/${id}` };
}

const META = { security: [RESEARCH_USE] };

/** An identifier's system: identifiers of other programs or kinds are others. */
function identifier(line: ResultLine, kind: string, value: string) {
  return { system: `urn:retclip-screening:${encodeURIComponent(line.program)}:${kind}`, value };
}

/** Remarks that a reader of any resource must see. */
export function notes(line: ResultLine): { text: string }[] {
  return [NOTICE, ...(line.flags.includes('untrained-model') ? [UNTRAINED] : [])].map((text) => ({ text }));
}

/** When the exam was, if its id says so; when it was screened is another thing. */
export function examDate(line: ResultLine): { effectiveDateTime?: string } {
  const date = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)/.exec(line.exam)?.[0];
  return date === undefined || Number.isNaN(Date.parse(date)) ? {} : { effectiveDateTime: date };
}

/** The patient by pseudonym: nothing else is known here. */
export function patientOf(line: ResultLine): Patient & { id: string } {
  const id = resourceId('patient', line.program, line.patient);
  return { resourceType: 'Patient', id, meta: META, identifier: [identifier(line, 'patient', line.patient)] };
}

/** The model that found it. */
export function modelOf(line: ResultLine): Device & { id: string } {
  return {
    resourceType: 'Device',
    id: resourceId('model', line.model),
    meta: META,
    identifier: [{ system: 'urn:retclip-screening:model', value: line.model }],
    deviceName: [{ name: 'RET-CLIP', type: 'model-name' }],
    version: [{ value: line.model }],
    note: notes(line),
  };
}

/** One photograph, by its key in the store. */
export function mediaOf(
  line: ResultLine,
  laterality: Laterality,
  subject: Reference,
): (Media & { id: string }) | null {
  const eye = line.eyes[laterality];
  if (eye === null) return null;
  return {
    resourceType: 'Media',
    id: resourceId('image', line.program, line.patient, line.exam, laterality),
    meta: META,
    identifier: [identifier(line, 'image', eye.image)],
    status: 'completed',
    type: MEDIA_TYPE,
    modality: MODALITY,
    subject,
    bodySite: bodySite(laterality),
    content: { title: eye.image },
  };
}

/** Whether an eye's photograph could be judged, and why not. */
export function qualityOf(
  context: ExamContext,
  laterality: Laterality,
): (Observation & { id: string }) | null {
  const { line, subject, device, images } = context;
  const eye = line.eyes[laterality];
  if (eye === null) return null;
  return {
    resourceType: 'Observation',
    id: resourceId('quality', line.program, line.patient, line.exam, laterality),
    meta: META,
    status: context.settled ? 'final' : 'preliminary',
    category: [OBSERVATION_CATEGORY],
    code: { text: 'Fundus photograph is gradable' },
    subject,
    device,
    ...examDate(line),
    issued: line.screenedAt,
    bodySite: bodySite(laterality),
    valueBoolean: eye.gradable,
    ...(images[laterality] === undefined ? {} : { derivedFrom: [images[laterality]] }),
    note: eye.reason === null ? notes(line) : [{ text: `Ungradable: ${eye.reason}` }, ...notes(line)],
  };
}

/** A finding: whether its label's probability reaches its threshold, with both numbers. */
export function findingOf(context: ExamContext, finding: Finding): Observation & { id: string } {
  const { line, subject, device, images, settled } = context;
  const { level, head, label, probability, threshold, positive } = finding;
  const sources = level === 'patient' ? [images.left, images.right] : [images[level]];
  const derivedFrom = sources.filter((image) => image !== undefined);
  const number = (text: string, value: number) => ({
    code: { text },
    valueQuantity: { value, unit: '1', system: 'http://unitsofmeasure.org', code: '1' },
  });
  return {
    resourceType: 'Observation',
    id: resourceId('finding', line.program, line.patient, line.exam, head, level, label),
    meta: META,
    status: settled ? 'final' : 'preliminary',
    category: [OBSERVATION_CATEGORY],
    code: findingConcept(label),
    subject,
    device,
    ...examDate(line),
    issued: line.screenedAt,
    bodySite: bodySite(level),
    method: { text: `RET-CLIP, head ${head}` },
    valueBoolean: positive,
    ...(derivedFrom.length === 0 ? {} : { derivedFrom }),
    component: [number('Calibrated probability', probability), number('Threshold', threshold)],
    note: notes(line),
  };
}
