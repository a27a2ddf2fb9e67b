import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { Laterality } from '../../core/exams/laterality.ts';

/** One photograph that is to be uploaded. */
export interface PlannedImage {
  readonly path: string;
  readonly exam: ExamKey;
  readonly laterality: Laterality;
}

/** A file or a manifest's row that cannot be uploaded, and why. */
export interface RefusedItem {
  /** The file, or `manifest.csv:12` for a row. */
  readonly item: string;
  readonly reason: string;
}

/** What an upload would do. */
export interface UploadPlan {
  readonly images: readonly PlannedImage[];
  readonly refused: readonly RefusedItem[];
  /** Files that are no photographs by their name. */
  readonly ignored: number;
}

/** The exam of photographs whose names tell no visit. */
export const ONLY_EXAM = '1';

/** File name extensions of photographs, and the content type each is sent with. */
export const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['jpg', 'image/jpeg'],
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['tif', 'image/tiff'],
  ['tiff', 'image/tiff'],
  ['webp', 'image/webp'],
]);

/** Pictures that screening cannot read: refused by name rather than passed over. */
export const UNSUPPORTED_EXTENSIONS: ReadonlySet<string> = new Set([
  'avif',
  'bmp',
  'cr2',
  'dcm',
  'gif',
  'heic',
  'heif',
  'jp2',
  'nef',
  'pdf',
  'svg',
]);

/** Extension of a file name, in lower case, without its dot. */
export function extensionOf(path: string): string {
  return /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}
