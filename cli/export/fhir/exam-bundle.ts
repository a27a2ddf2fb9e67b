import type { Bundle, FhirResource } from 'fhir/r4.js';
import { LATERALITIES } from '../../../core/exams/laterality.ts';
import type { ResultLine } from '../../../core/reviews/result-line.ts';
import { examContext } from './exam-context.ts';
import { bundleUrl, type Identified } from './identity.ts';
import { findingOf, outcomeOf, qualityOf } from './observations.ts';
import { reportOf } from './report.ts';

/**
 * An exam's result as one FHIR R4 transaction bundle: patient, program, model, readers, photographs, quality, findings and
 * outcome, report. Every resource is put under an id made of what it is about, so sending a bundle again changes nothing.
 *
 * @see https://hl7.org/fhir/R4/diagnosticreport.html
 * @see https://hl7.org/fhir/R4/http.html#transaction
 */
export function examBundle(line: ResultLine): Bundle<FhirResource> {
  const context = examContext(line);
  const observations = [
    ...LATERALITIES.flatMap((laterality) => qualityOf(context, laterality)),
    ...line.findings.map((finding) => findingOf(context, finding)),
    outcomeOf(context),
  ];
  const resources: Identified[] = [
    context.patient,
    context.program,
    context.model,
    ...context.readers,
    ...context.images.values(),
    ...observations,
    reportOf(context, observations),
  ];
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({
      fullUrl: bundleUrl(resource),
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  };
}
