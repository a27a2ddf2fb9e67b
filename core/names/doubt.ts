/**
 * What may be wrong although it can be read: it is asked, not guessed. Each kind is one word on the command line
 * (`--accept-doubts KIND`) and one row of docs/upload.md.
 */
export const DOUBT_KINDS = [
  'no-patient',
  'ambiguous-eye',
  'single-laterality',
  'other-pattern',
  'unverified-pattern',
  'unknown-word',
  'folder-roles',
  'folder-or-name',
  'name-differs',
  'id-holds-eye',
  'id-holds-date',
  'id-holds-time',
  'id-holds-number',
  'id-exponent',
  'ids-alike',
  'same-bytes-both-eyes',
  'same-bytes-two-patients',
  'same-bytes-two-exams',
  'different-days',
  'ambiguous-date',
  'exam-exists',
] as const;
export type DoubtKind = (typeof DOUBT_KINDS)[number];

/** A doubt over some images of a list. */
export interface Doubt {
  readonly kind: DoubtKind;
  /** What is doubtful and what happens if it is right: whole sentences for a person. */
  readonly text: string;
  /** Places of the images in the list, from 0. */
  readonly images: readonly number[];
}
