import type { CodeableConcept, CodeSystem } from 'fhir/r4.js';
import { OUTCOME_TABLE, OUTCOMES, type Outcome } from '../../../core/exams/outcome.ts';

/**
 * Outcomes of screening are decisions of a program. SNOMED CT has findings and procedures, and none that means the same:
 * the codes are our own.
 */
export const OUTCOME_SYSTEM = 'urn:retclip-screening:outcome';

/** An outcome as FHIR codes it. */
export function outcomeConcept(outcome: Outcome): CodeableConcept {
  const display = OUTCOME_TABLE[outcome].meaning;
  return {
    coding: [{ system: OUTCOME_SYSTEM, code: outcome, display }],
    text: `${outcome}: ${display}`,
  };
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
    concept: OUTCOMES.map((code) => ({ code, display: OUTCOME_TABLE[code].meaning })),
  };
}
