import type { Annotation, Observation, ObservationComponent } from 'fhir/r4.js';
import type { Finding } from '../../../core/exams/finding.ts';
import { LATERALITIES, type Laterality } from '../../../core/exams/laterality.ts';
import type { Outcome } from '../../../core/exams/outcome.ts';
import { disagreeingImages } from '../../../core/policies/judge-findings.ts';
import { bodySite, findingConcept, OBSERVATION_CATEGORY, RESEARCH_USE } from './codes.ts';
import { type ExamContext, examDate } from './exam-context.ts';
import { type Identified, identifierOf, referenceTo, resourceId } from './identity.ts';
import { notes } from './notes.ts';
import { outcomeConcept } from './outcome-codes.ts';

/** An observation's id, and the same in words. */
function identity(context: ExamContext, kind: string, ...parts: readonly string[]) {
  const { line } = context;
  const { program, patient, exam } = line;
  return {
    id: resourceId(kind, program, patient, exam, ...parts),
    identifier: [identifierOf(line, kind, [patient, exam, ...parts].join('/'))],
  };
}

/** What observations of an exam have in common. */
function common({ line, patient, model }: ExamContext) {
  return {
    meta: { security: [RESEARCH_USE] },
    category: [OBSERVATION_CATEGORY],
    subject: referenceTo(patient),
    device: referenceTo(model),
    ...examDate(line),
    issued: line.screenedAt,
  };
}

/**
 * What the model found stays as it was found: `final` once readers have confirmed the outcome that it led to. Where they
 * decided otherwise no reader has verified it: it stays `preliminary`, and says so.
 */
function foundByModel(context: ExamContext): Pick<Observation, 'status' | 'performer' | 'note'> {
  const { line, program, settled, changed } = context;
  const overruled = `Not confirmed: the model's outcome was ${line.outcome}, readers decided ${line.final.outcome}.`;
  return {
    status: settled && !changed ? 'final' : 'preliminary',
    performer: [referenceTo(program)],
    note: [...(changed ? [{ text: overruled }] : []), ...notes(line)],
  };
}

function derivedFrom(context: ExamContext, keys: readonly string[]): Pick<Observation, 'derivedFrom'> {
  const references = keys.flatMap((key) => {
    const media = context.images.get(key);
    return media === undefined ? [] : [referenceTo(media)];
  });
  return references.length === 0 ? {} : { derivedFrom: references };
}

/** Whether each photograph of an eye could be judged, and why not. */
export function qualityOf(context: ExamContext, laterality: Laterality): Identified<Observation>[] {
  const found = foundByModel(context);
  const images = context.line.eyes[laterality]?.images ?? [];
  return images.map(({ image, gradable, reason }) => ({
    resourceType: 'Observation',
    ...identity(context, 'quality', image),
    ...common(context),
    ...found,
    code: { text: 'Fundus photograph is gradable' },
    bodySite: bodySite(laterality),
    valueBoolean: gradable,
    ...derivedFrom(context, [image]),
    note: [...(reason === null ? [] : [{ text: `Ungradable: ${reason}` }]), ...(found.note ?? [])],
  }));
}

/** Keys of the photographs that a finding was made in: its own, or the primary ones of all its eyes. */
function sourcesOf({ line }: ExamContext, { level, image }: Finding): string[] {
  if (image !== null) return [image];
  const eyes = LATERALITIES.filter((laterality) => level === 'patient' || level === laterality);
  return eyes.flatMap((laterality) => line.eyes[laterality]?.image ?? []);
}

/** Decimals of a probability that every reader of FHIR keeps. @see https://hl7.org/fhir/R4/datatypes.html#decimal */
const DECIMALS = 12;

function number(text: string, value: number): ObservationComponent {
  return {
    code: { text },
    valueQuantity: {
      value: Number(value.toFixed(DECIMALS)),
      unit: '1',
      system: 'http://unitsofmeasure.org',
      code: '1',
    },
  };
}

/** What several images of an eye leave open. */
function notesOfSeveral(finding: Finding): Annotation[] {
  const images = disagreeingImages(finding);
  const texts = [
    ...(finding.calibrated === false
      ? ['Probability and threshold are not calibrated for several photographs of an eye.']
      : []),
    ...(images.length > 0 ? [`By itself says otherwise: ${images.join(', ')}`] : []),
  ];
  return texts.map((text) => ({ text }));
}

/** A finding: whether its label's probability reaches its threshold, with both numbers. */
export function findingOf(context: ExamContext, finding: Finding): Identified<Observation> {
  const { level, head, label, probability, threshold, positive } = finding;
  const found = foundByModel(context);
  return {
    resourceType: 'Observation',
    ...identity(context, 'finding', head, level, label),
    ...common(context),
    ...found,
    note: [...(found.note ?? []), ...notesOfSeveral(finding)],
    code: findingConcept(label),
    bodySite: bodySite(level),
    method: { text: `RET-CLIP, head ${head}` },
    valueBoolean: positive,
    ...derivedFrom(context, sourcesOf(context, finding)),
    // Whether the head is calibrated is the head's to say, and a result does not carry it: nothing is claimed here.
    component: [number('Probability', probability), number('Threshold', threshold)],
  };
}

/** What holds by now, and what the model and each reader decided. A model that assessed nothing decided nothing. */
export function outcomeOf(context: ExamContext): Identified<Observation> {
  const { line, program, readers, settled, changed } = context;
  const { final, outcome, review } = line;
  const part = (text: string, by: Outcome) => ({
    code: { text },
    valueCodeableConcept: outcomeConcept(by),
  });
  const byReader = final.decidedBy !== 'machine' && readers.length > 0;
  const parts = [
    ...(outcome === 'not-assessed' ? [] : [part('Outcome by the model', outcome)]),
    ...(review?.verdicts ?? []).map((verdict) =>
      part(`Outcome by ${verdict.reader}, stage ${verdict.stage}`, verdict.outcome),
    ),
  ];
  return {
    resourceType: 'Observation',
    ...identity(context, 'outcome'),
    ...common(context),
    status: changed ? 'amended' : settled ? 'final' : 'preliminary',
    performer: byReader ? readers.map(referenceTo) : [referenceTo(program)],
    code: { text: 'Outcome of screening' },
    valueCodeableConcept: outcomeConcept(final.outcome),
    ...(parts.length === 0 ? {} : { component: parts }),
    note: notes(line),
  };
}
