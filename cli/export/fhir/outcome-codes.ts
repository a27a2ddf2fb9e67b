import type { CodeableConcept, CodeSystem } from 'fhir/r4.js';
import { OUTCOMES, type Outcome } from '../../../core/exams/outcome.ts';

/**
 * Outcomes of screening are decisions of a program. SNOMED CT has findings and procedures, and none that means the same:
 * the codes are our own.
 */
export const OUTCOME_SYSTEM = 'urn:retclip-screening:outcome';

/** What each outcome means, for who reads the report. */
const OUTCOME_TEXTS: Readonly<Record<Outcome, string>> = {
  recall: 'Come back at the usual interval',
  ungradable: 'Ungradable: photograph again',
  refer: 'Refer to an ophthalmologist',
  'refer-urgent': 'Refer to an ophthalmologist urgently',
};

/** An outcome as FHIR codes it. */
export function outcomeConcept(outcome: Outcome): CodeableConcept {
  const display = OUTCOME_TEXTS[outcome];
  return { coding: [{ system: OUTCOME_SYSTEM, code: outcome, display }], text: display };
}

/** All outcomes, as a server keeps them that is to check codes. */
export function outcomeCodeSystem(): CodeSystem {
  return {
    resourceType: 'CodeSystem',
    url: OUTCOME_SYSTEM,
    name: 'RetclipScreeningOutcome',
    title: 'Outcomes of retclip-screening',
    status: 'active',
    experimental: true,
    caseSensitive: true,
    content: 'complete',
    count: OUTCOMES.length,
    concept: OUTCOMES.map((code) => ({ code, display: OUTCOME_TEXTS[code] })),
  };
}
