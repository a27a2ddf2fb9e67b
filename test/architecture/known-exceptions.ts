/**
 * Imports against the order of rooms and storeys that are still to be mended, and those only: one that no longer occurs
 * fails the test, so the list shrinks and never hides a new one.
 */
export const REFUSED_IMPORTS: readonly string[] = [
  'cli/heads/embed.ts → gpu-worker/quality/index.ts',
  'functions/index-exam/index-exam.ts → rescore-worker/feature-rows.ts',
  'lib/api/user-directory.ts → functions/api/scope-prefix.ts',
  'local/crash/writing-process.ts → test/conformance/exam-records.ts',
  'local/rebuild/rebuild-database.ts → local/host/event-relay.ts',
  'bundles/untrained-bundle.ts → model/checkpoint/testing/write-checkpoint.ts',
];

/** Arrows between siblings that close a circle and are still to be mended, under the same rule. */
export const CLOSING_ARROWS: readonly string[] = [
  'cli/heads → cli/model',
  'cli/model → cli/policy',
  'cli/model/verification-text.ts → cli/model/verify.ts',
  'cli/upload/read-workbook.ts → cli/upload/read-table.ts',
  'core/exams/exam-record.ts → core/exams/final.ts',
  'core/exams/laterality.ts → core/exams/eye-words.ts',
  'core/names/explain-folder.ts → core/names/own-pattern.ts',
  'core/names/explain-folder.ts → core/names/pattern-doubts.ts',
  'functions/api/caller.ts → functions/api/services.ts',
  'gpu-worker/inference → gpu-worker/exam',
  'gpu-worker/features → gpu-worker/inference',
  'local/private-files.ts → local/database',
  'model/bundle → model/heads',
  'model/cohort → model/heads',
  'model/evaluation → model/heads',
  'phantoms/anatomy → phantoms/patient',
  'phantoms/render → phantoms/lesions',
];
