/**
 * What the reconciler does about a finding: sends its message again, removes it for good, brings it back into the exam
 * table, or shows it to a person.
 */
export const REMEDIES = ['sent-again', 'removed', 'brought-back', 'shown'] as const;
export type Remedy = (typeof REMEDIES)[number];

/** One kind of thing that the reconciler finds. */
export interface FindingKind {
  readonly what: string;
  readonly remedy: Remedy;
  /** What a person is to do; `null` where nothing is left to do. */
  readonly person: string | null;
}

/** What the reconciler finds, by name. Nothing that cannot be made again is ever removed. */
export const FINDING_KINDS = {
  'image-unannounced': {
    what: 'a photograph in the store that no exam refers to',
    remedy: 'sent-again',
    person: null,
  },
  'image-undecided': {
    what: 'a photograph that no exam refers to, and so many dead letters that its own may be among them',
    remedy: 'shown',
    person: 'Deal with the dead letters, then reconcile again: retclip redrive preparation or intake',
  },
  'image-older-counts': {
    what: 'a photograph whose older version counts, though a newer one is known',
    remedy: 'shown',
    person: 'Look at the exam; upload the photograph that is to count again.',
  },
  'exam-overdue': {
    what: 'an exam that still waits for images though its pairing window is over',
    remedy: 'sent-again',
    person: null,
  },
  'exam-unanswered': {
    what: 'an exam whose screening was asked for and never answered',
    remedy: 'sent-again',
    person: null,
  },
  'exam-undecided': {
    what: 'an exam without an answer, and so many dead letters that its own may be among them',
    remedy: 'shown',
    person:
      'Deal with the dead letters, then reconcile again: retclip redrive preparation, screening, results or intake',
  },
  'exam-outdated': {
    what: 'an exam whose screening was asked for with other images than count now',
    remedy: 'sent-again',
    person: null,
  },
  'exam-unindexed': {
    what: 'a screened exam that the search does not know',
    remedy: 'sent-again',
    person: null,
  },
  'record-unreadable': {
    what: 'an exam whose record cannot be read',
    remedy: 'shown',
    person: 'Restore the exam table, or the data folder from a backup.',
  },
  'work-lost': {
    what: 'verdicts or withdrawals that the exam table no longer knows: it was restored from before',
    remedy: 'brought-back',
    person: null,
  },
  'work-undecided': {
    what: 'verdicts or withdrawals of an exam that the table knows from before or after another erasure of its patient',
    remedy: 'shown',
    person: 'Read what is kept in the store under kept-records/, and give the verdicts again.',
  },
  'kept-record-unreadable': {
    what: 'a kept record of what people have said of an exam that cannot be read',
    remedy: 'shown',
    person: 'Restore its former version in the store, or have the exam read once more.',
  },
  'erasure-unreadable': {
    what: 'an erasure whose record cannot be read: its patient may not be erased',
    remedy: 'shown',
    person:
      'Erase the patient again: retclip patient erase. The audit trail says who asked for it, and when.',
  },
  'image-unreadable': {
    what: 'a photograph that counts and cannot be read in the store',
    remedy: 'shown',
    person: 'Upload it again, or restore the store.',
  },
  'former-image-unreadable': {
    what: 'a replaced or withdrawn photograph that is no longer in the store',
    remedy: 'shown',
    person: null,
  },
  'features-missing': {
    what: 'a result whose features are no longer in the store: it cannot be re-scored or found by likeness',
    remedy: 'shown',
    person: 'Screen the exam again: retclip job create --mode screen',
  },
  'feature-row-unnamed': {
    what: 'a row of features that no result names: of a failed or repeated attempt, or of an erased patient',
    remedy: 'removed',
    person: null,
  },
  'feature-shard-unnamed': {
    what: 'a shard of features of which no result names a row',
    remedy: 'removed',
    person: null,
  },
  'feature-shard-damaged': {
    what: 'a shard of features that results name and that cannot be read',
    remedy: 'shown',
    person: 'Screen its exams again: retclip job create --mode screen',
  },
  'features-all-unnamed': {
    what: 'many shards of features, and no result that names any: is this the right exam table?',
    remedy: 'shown',
    person: 'Nothing was removed. Look whether the exam table is the one that belongs to this store.',
  },
  'listed-row-without-shard': {
    what: "a row of features on its patient's list whose shard is gone, or was never stored",
    remedy: 'removed',
    person: null,
  },
  'vector-without-exam': {
    what: 'an exam that the search knows and the exam table does not',
    remedy: 'removed',
    person: null,
  },
  'answer-expired': {
    what: 'a remembered answer of a request that is no longer to be remembered',
    remedy: 'removed',
    person: null,
  },
  'job-part-expired': {
    what: 'a selection, result or receipt of a job that ended long ago',
    remedy: 'removed',
    person: null,
  },
  'job-unfinished': {
    what: 'a job that has neither a report nor an end',
    remedy: 'shown',
    person: 'Look at it, cancel it or create it again: retclip job show',
  },
  'content-unnamed': {
    what: 'a file of the store that no object names: of a write that was cut short, or older than its database',
    remedy: 'removed',
    person: null,
  },
} as const satisfies Readonly<Record<string, FindingKind>>;
export type FindingName = keyof typeof FINDING_KINDS;

export const FINDING_NAMES = Object.keys(FINDING_KINDS) as FindingName[];

/** `true` if findings of this kind wait for a person. */
export function needsPerson(name: FindingName): boolean {
  const kind: FindingKind = FINDING_KINDS[name];
  return kind.person !== null;
}
