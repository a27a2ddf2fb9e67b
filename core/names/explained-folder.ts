import type { Field } from '../exams/field.ts';
import type { Laterality } from '../exams/laterality.ts';
import type { Doubt, DoubtKind } from './doubt.ts';

/** The exam of photographs whose names tell no visit. */
export const ONLY_EXAM = '1';

/** What a file's name and folders tell. */
export interface NamedImage {
  readonly patient: string;
  readonly exam: string;
  readonly laterality: Laterality;
  readonly field: Field | null;
  /** ISO day that the name or a folder tells. */
  readonly day: string | null;
  /** The pattern by which it was read: `{clinic}/{patient}/{eye}{tail}`. */
  readonly pattern: string;
}

/** What the names of a whole folder tell. */
export interface ExplainedFolder {
  /** One for each file, in their order: what it is, or why it cannot be told. */
  readonly files: readonly (NamedImage | { readonly refused: string })[];
  readonly doubts: readonly Doubt[];
}

/** A doubt over one file. */
export interface FileDoubt {
  readonly kind: DoubtKind;
  readonly text: string;
  readonly image: number;
}
