import type { HomeAccess } from './access.ts';

/** What is changed in place, so that it names an erased patient no more. */
const REWRITTEN = ['features', 'jobs', 'jobReports', 'jobManifests'] as const;
/** What every erasure brings into the present form. */
const FORMER = ['formerAudit', 'formerReceipts'] as const;

/**
 * All that erasing a patient needs, and going on with an erasure that was interrupted. The present audit trail is not
 * among what it removes: patients stand there as keyed hashes.
 */
export const ERASING_ACCESS = {
  readObjects: [
    // One prefix for all of jobs: a policy's length has a bound.
    ...(['features', 'everythingOfJobs', 'formerAudit'] as const),
    ...(['images', 'models', 'contents', 'featureRows', 'requests'] as const),
    ...(['moves', 'pseudonyms', 'erasures', 'programs'] as const),
    ...(['keptRecords', 'reconciliation'] as const),
  ],
  writeObjects: [
    ...REWRITTEN,
    ...(['audit', 'images', 'pseudonyms', 'erasures', 'programs', 'keptRecords'] as const),
  ],
  eraseObjects: [
    ...REWRITTEN,
    ...FORMER,
    ...(['images', 'contents', 'featureRows', 'requests', 'moves', 'erasures'] as const),
    ...(['keptRecords', 'reconciliation'] as const),
  ],
  exams: 'edit',
  prepared: 'remove',
  vectors: 'remove',
} as const satisfies HomeAccess;
