import type { CodeableConcept, Coding } from 'fhir/r4.js';
import type { FindingLevel } from '../../../core/exams/finding.ts';

const SNOMED = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';

interface LabelCode {
  readonly code: string;
  readonly display: string;
  /** What the label means, where its name says less. */
  readonly text?: string;
}

/**
 * SNOMED CT concepts of labels. A label that is not here is told by its text alone: no code is better than a wrong one.
 * `hypertension` and `other` of ODIR are such: the first names signs in the retina of a disease of the body. ODIR's
 * `myopia` is pathological myopia (ICD-10 H44.2), not the refractive error (57190000).
 */
const FINDINGS: Readonly<Record<string, LabelCode>> = {
  'diabetic-retinopathy': { code: '4855003', display: 'Diabetic retinopathy' },
  'proliferative-diabetic-retinopathy': { code: '59276001', display: 'Proliferative diabetic retinopathy' },
  glaucoma: { code: '23986001', display: 'Glaucoma' },
  cataract: { code: '193570009', display: 'Cataract' },
  amd: { code: '267718000', display: 'Age-related macular degeneration' },
  myopia: {
    code: '32022003',
    display: 'Degenerative progressive high myopia',
    text: 'pathological myopia',
  },
};

const BODY_SITES: Readonly<Record<FindingLevel, readonly [code: string, display: string]>> = {
  left: ['8966001', 'Left eye structure'],
  right: ['18944008', 'Right eye structure'],
  patient: ['40638003', 'Structure of both eyes'],
};

/** What a finding is about. */
export function findingConcept(label: string): CodeableConcept {
  const known = Object.hasOwn(FINDINGS, label) ? FINDINGS[label] : undefined;
  if (known === undefined) return { text: label };
  const { code, display, text = label } = known;
  return { coding: [{ system: SNOMED, code, display }], text };
}

/** Where in the body it is. */
export function bodySite(level: FindingLevel): CodeableConcept {
  const [code, display] = BODY_SITES[level];
  return { coding: [{ system: SNOMED, code, display }] };
}

/** The report as a whole. */
export const REPORT: CodeableConcept = {
  coding: [{ system: LOINC, code: '103592-2', display: 'Retinal eye screening report Document' }],
  text: 'Retinal eye screening report',
};

/** @see https://terminology.hl7.org/CodeSystem-v2-0074.html */
export const REPORT_CATEGORY: CodeableConcept = {
  coding: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/v2-0074',
      code: 'IMG',
      display: 'Diagnostic Imaging',
    },
  ],
};

export const OBSERVATION_CATEGORY: CodeableConcept = {
  coding: [
    {
      system: 'http://terminology.hl7.org/CodeSystem/observation-category',
      code: 'imaging',
      display: 'Imaging',
    },
  ],
};

export const MEDIA_TYPE: CodeableConcept = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/media-type', code: 'image', display: 'Image' }],
};

/** DICOM's modality of ophthalmic photography. */
export const MODALITY: CodeableConcept = {
  coding: [
    {
      system: 'http://dicom.nema.org/resources/ontology/DCM',
      code: 'OP',
      display: 'Ophthalmic Photography',
    },
  ],
};

/** Marks every resource: use for research is what it may be used for. */
export const RESEARCH_USE: Coding = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  code: 'HRESCH',
  display: 'healthcare research',
};
