import type { DiagnosticReport, Narrative, Observation } from 'fhir/r4.js';
import { LATERALITIES } from '../../../core/exams/laterality.ts';
import type { ResultLine } from '../../../core/reviews/result-line.ts';
import { whyText } from '../../results/why.ts';
import { REPORT, REPORT_CATEGORY, RESEARCH_USE } from './codes.ts';
import { type ExamContext, examDate } from './exam-context.ts';
import { type Identified, identifierOf, referenceTo, resourceId } from './identity.ts';
import { notes } from './notes.ts';
import { outcomeConcept } from './outcome-codes.ts';

/**
 * `partial`: an eye is missing or ungradable, or nothing was assessed. `preliminary`: complete, and no reader has settled it. `final`: readers
 * have, and agree with what was sent out before them. `amended`: readers have, and changed it. An exam that has no result
 * yet would be `registered`; none such is exported.
 *
 * @see https://hl7.org/fhir/R4/valueset-diagnostic-report-status.html
 */
function statusOf({ line, settled, changed }: ExamContext): DiagnosticReport['status'] {
  if (changed) return 'amended';
  if (settled) return 'final';
  if (line.outcome === 'not-assessed') return 'partial';
  return LATERALITIES.every((laterality) => line.eyes[laterality]?.gradable === true)
    ? 'preliminary'
    : 'partial';
}

function decider({ line, settled }: ExamContext): string {
  const { decidedBy } = line.final;
  const who = { machine: 'the model', reader: 'readers', arbiter: 'an arbiter' }[decidedBy];
  return settled && decidedBy === 'machine' ? 'the model, confirmed by a reader' : who;
}

/** What the model said, and why. */
function modelText(line: ResultLine): string[] {
  const why = whyText(line);
  if (line.outcome === 'not-assessed')
    return [`Nothing was assessed by the model: no head could decide${why === null ? '' : ` (${why})`}.`];
  if (why !== null) return [`By the model, ${why}.`];
  return line.final.outcome === line.outcome ? [] : [`Outcome by the model: ${line.outcome}.`];
}

/** The report in words: what holds, who decided it, what the model said, and the standing of it all. */
function conclusionOf(context: ExamContext): string {
  const { line, settled, readers } = context;
  const { final } = line;
  return [
    ...(final.outcome === 'not-assessed'
      ? []
      : [`Outcome: ${final.outcome}, decided by ${decider(context)}.`]),
    ...modelText(line),
    ...(readers.length > 0 && !settled ? ['Readers have not settled it yet.'] : []),
    ...notes(line).map(({ text }) => text),
  ].join(' ');
}

/** The same for who looks at the report itself. @see https://hl7.org/fhir/R4/narrative.html */
function narrative(text: string): Narrative {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${escaped}</p></div>` };
}

/** The exam as a report on its observations. */
export function reportOf(
  context: ExamContext,
  observations: readonly Identified<Observation>[],
): Identified<DiagnosticReport> {
  const { line, patient, program, readers, images } = context;
  const conclusion = conclusionOf(context);
  return {
    resourceType: 'DiagnosticReport',
    id: resourceId('report', line.program, line.patient, line.exam),
    meta: { security: [RESEARCH_USE] },
    text: narrative(conclusion),
    identifier: [identifierOf(line, 'exam', `${line.patient}/${line.exam}`)],
    status: statusOf(context),
    category: [REPORT_CATEGORY],
    code: REPORT,
    subject: referenceTo(patient),
    ...examDate(line),
    issued: line.screenedAt,
    performer: [referenceTo(program)],
    ...(readers.length === 0 ? {} : { resultsInterpreter: readers.map(referenceTo) }),
    result: observations.map(referenceTo),
    ...(images.size === 0
      ? {}
      : { media: [...images.values()].map((media) => ({ link: referenceTo(media) })) }),
    conclusion,
    conclusionCode: [outcomeConcept(line.final.outcome)],
  };
}
