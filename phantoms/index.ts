/**
 * Fundus phantoms: drawn colour fundus photographs of patients who do not exist, with the truth of each. Not made
 * from any patient's data. For examples and load tests; no measure of how a model does on real photographs.
 */
export { type CohortOptions, type CohortSummary, writeCohort } from './cohort/write-cohort.ts';
export { CohortFolderError, PhantomArgumentError, PhantomError } from './errors.ts';
export {
  FOREIGN_KINDS,
  type ForeignImageOptions,
  type ForeignKind,
  generateForeignImage,
} from './foreign/foreign-image.ts';
export { generatePatient, type PhantomEye, type PhantomPatient } from './generate-patient.ts';
export {
  DISEASES,
  type Disease,
  type Grade,
  type Label,
  SIGNS,
  type Sign,
  type Signs,
} from './labels.ts';
export {
  describePatient,
  type EyePlan,
  type EyeSide,
  type EyeTruth,
  type PatientOptions,
  type PatientPlan,
  type PhantomQuality,
} from './patient/describe-patient.ts';
export {
  type DefectRates,
  HOSPITAL_PREVALENCE,
  type Prevalence,
  SCREENING_PREVALENCE,
  USUAL_DEFECTS,
} from './patient/prevalence.ts';
export { encodeJpeg } from './render/encode-jpeg.ts';
export { type RgbPicture, renderEye } from './render/render-eye.ts';
