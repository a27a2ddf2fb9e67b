import type { Device, Organization, Patient, Practitioner } from 'fhir/r4.js';
import type { ResultLine } from '../../../core/reviews/result-line.ts';
import { RESEARCH_USE } from './codes.ts';
import { type Identified, identifierOf, resourceId } from './identity.ts';
import { notes } from './notes.ts';

const META = { security: [RESEARCH_USE] };

/** The patient by pseudonym: nothing else is known here. */
export function patientOf(line: ResultLine): Identified<Patient> {
  const id = resourceId('patient', line.program, line.patient);
  return {
    resourceType: 'Patient',
    id,
    meta: META,
    identifier: [identifierOf(line, 'patient', line.patient)],
  };
}

/** The screening program: who is responsible for the report. */
export function programOf(line: ResultLine): Identified<Organization> {
  return {
    resourceType: 'Organization',
    id: resourceId('program', line.program),
    meta: META,
    identifier: [{ system: 'urn:retclip-screening:program', value: line.program }],
    name: line.program,
  };
}

/** The model that found it. */
export function modelOf(line: ResultLine): Identified<Device> {
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

/** Who has read the exam, each once, by the name that they read under. */
export function readersOf(line: ResultLine): Identified<Practitioner>[] {
  const names = new Set(line.review?.verdicts.map(({ reader }) => reader) ?? []);
  return [...names].map((reader) => ({
    resourceType: 'Practitioner',
    id: resourceId('reader', line.program, reader),
    meta: META,
    identifier: [identifierOf(line, 'reader', reader)],
  }));
}
