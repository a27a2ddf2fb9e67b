import type { Bundle, DiagnosticReport, Observation } from 'fhir/r4.js';
import type { ResultLine } from '../../../../core/reviews/result-line.ts';
import { examBundle } from '../exam-bundle.ts';

export function resourcesOf(bundle: Bundle) {
  return bundle.entry?.flatMap(({ resource }) => resource ?? []) ?? [];
}

export function reportOf(line: ResultLine): DiagnosticReport {
  const report = resourcesOf(examBundle(line)).at(-1);
  return report as DiagnosticReport;
}

export function observationsOf(line: ResultLine): Observation[] {
  return resourcesOf(examBundle(line)).filter(
    (resource): resource is Observation => resource.resourceType === 'Observation',
  );
}

export function observationOf(line: ResultLine, text: string): Observation | undefined {
  return observationsOf(line).find(({ code }) => code.text === text);
}

/** The resource of a bundle that a reference leads to. */
export function followed(line: ResultLine, reference: string | undefined) {
  return examBundle(line).entry?.find(({ fullUrl }) => fullUrl === reference)?.resource;
}
