import type { Bundle, DiagnosticReport, FhirResource } from 'fhir/r4.js';
import { LATERALITIES } from '../../../core/exams/laterality.ts';
import type { ResultLine } from '../../../core/exams/result-line.ts';
import { REPORT, REPORT_CATEGORY, RESEARCH_USE } from './codes.ts';
import {
  type ExamContext,
  examDate,
  findingOf,
  mediaOf,
  modelOf,
  notes,
  patientOf,
  qualityOf,
  referenceTo,
  resourceId,
} from './resources.ts';

/**
 * `partial`: an eye is missing or ungradable. `preliminary`: complete, and no reader has settled it. `final`: readers
 * have. An exam that has no result yet would be `registered`; none such is exported.
 */
function reportStatus(line: ResultLine, settled: boolean): DiagnosticReport['status'] {
  if (settled) return 'final';
  return LATERALITIES.every((laterality) => line.eyes[laterality]?.gradable === true)
    ? 'preliminary'
    : 'partial';
}

function conclusion(line: ResultLine): string {
  const { outcome, review } = line;
  const outcomes = [
    `Outcome by the model: ${outcome}.`,
    ...(review?.outcome ? [`Outcome by readers, ${review.status}: ${review.outcome}.`] : []),
  ];
  return [...outcomes, ...notes(line).map(({ text }) => text)].join(' ');
}

/**
 * An exam's result as one FHIR R4 transaction bundle: patient, model, photographs, quality and findings, report. Every
 * resource is put under an id made of what it is about, so sending a bundle again changes nothing.
 *
 * @see https://hl7.org/fhir/R4/diagnosticreport.html
 */
export function examBundle(line: ResultLine): Bundle<FhirResource> {
  const settled = line.review?.status === 'final';
  const patient = patientOf(line);
  const model = modelOf(line);
  const subject = referenceTo('Patient', patient.id);
  const media = LATERALITIES.flatMap((laterality) => {
    const image = mediaOf(line, laterality, subject);
    return image === null ? [] : [{ laterality, image }];
  });
  const images = Object.fromEntries(
    media.map(({ laterality, image }) => [laterality, referenceTo('Media', image.id)]),
  );
  const context: ExamContext = {
    line,
    subject,
    device: referenceTo('Device', model.id),
    images,
    settled,
  };
  const observations = [
    ...LATERALITIES.flatMap((laterality) => qualityOf(context, laterality) ?? []),
    ...line.findings.map((finding) => findingOf(context, finding)),
  ];
  const report: DiagnosticReport & { id: string } = {
    resourceType: 'DiagnosticReport',
    id: resourceId('report', line.program, line.patient, line.exam),
    meta: { security: [RESEARCH_USE] },
    identifier: [
      {
        system: `urn:retclip-screening:${encodeURIComponent(line.program)}:exam`,
        value: `${line.patient}/${line.exam}`,
      },
    ],
    status: reportStatus(line, settled),
    category: [REPORT_CATEGORY],
    code: REPORT,
    subject,
    ...examDate(line),
    issued: line.screenedAt,
    result: observations.map(({ id }) => referenceTo('Observation', id)),
    ...(media.length === 0
      ? {}
      : { media: media.map(({ image }) => ({ link: referenceTo('Media', image.id) })) }),
    conclusion: conclusion(line),
  };
  const resources = [patient, model, ...media.map(({ image }) => image), ...observations, report];
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  };
}
