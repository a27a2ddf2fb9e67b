export {
  type Cohort,
  type CohortOptions,
  type CohortUnit,
  joinCohort,
  type LeftOut,
  type Targets,
} from './cohort.ts';
export { type CohortImages, embedCohort, type UnreadableImage } from './embed-cohort.ts';
export { type CohortRow, FeaturesFile } from './features-file.ts';
export type { CohortExam, ExamStates, EyeState, FeaturesOrigin } from './features-layout.ts';
export { originOf } from './features-origin.ts';
export type { LabelOptions } from './label-columns.ts';
export { type LabelRow, type LabelTable, NEGATIVE, POSITIVE, readLabels, UNKNOWN } from './read-labels.ts';
export { FeatureCollection, refuseExisting } from './write-features.ts';
