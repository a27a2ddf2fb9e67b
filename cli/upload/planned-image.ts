import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { Field } from '../../core/exams/field.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import type { DoubtKind } from '../../core/names/doubt.ts';

/** A file that holds a photograph, as it was when the upload was planned. */
export interface ImageFile {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. A file that has another time or size when it is sent is refused. */
  readonly modified: number;
  /** By its content, whatever its name says. */
  readonly contentType: string;
  /** Without its dot, in lower case. */
  readonly extension: string;
  /** ISO day of the camera (EXIF), `null` where it says none. */
  readonly takenOn: string | null;
}

/** One photograph that was found. */
export interface FoundImage {
  readonly path: string;
  readonly exam: ExamKey;
  readonly laterality: Laterality;
  readonly field: Field | null;
  readonly file: ImageFile;
}

/** One photograph that is to be uploaded. */
export interface PlannedImage extends FoundImage {
  /** Tells the photographs of one eye apart: `disc`; '' for its only one. Files with the same bytes have the same. */
  readonly place: string;
}

/** A file or a manifest's row that cannot be uploaded, and why. */
export interface RefusedItem {
  /** The file, or `manifest.csv:12` for a row that names none. */
  readonly path: string;
  readonly reason: string;
}

/** Something that can be read but may be wrong: a person says whether it is right. */
export interface Question {
  readonly kind: DoubtKind;
  /** What is doubtful, and how it is read. */
  readonly text: string;
  /** The photographs that are sent if it is right, and left out if it is not. */
  readonly paths: readonly string[];
}

/** What an upload would do. */
export interface UploadPlan {
  /** What is sent if every question is answered by yes. */
  readonly images: readonly PlannedImage[];
  readonly refused: readonly RefusedItem[];
  readonly questions: readonly Question[];
  /** How names were read, the most frequent first: `{clinic}/{patient}/{eye}`. None for a manifest. */
  readonly patterns: readonly string[];
}
