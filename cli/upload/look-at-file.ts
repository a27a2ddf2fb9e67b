import { open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileTypeFromBuffer } from 'file-type';
import { reasonOf } from '../../core/errors.ts';
import {
  ALL_IMAGE_FORMATS,
  ANY_IMAGE_FORMAT,
  formatOfMediaType,
  IMAGE_SUFFIXES,
} from '../../core/exams/image-formats.ts';
import { checkFile } from '../../decoding/check-file.ts';
import { ImageError } from '../../decoding/errors.ts';
import { exifFacts } from '../../decoding/header/exif-facts.ts';
import { readHeader } from '../../decoding/header/read-header.ts';
import { DECODING_MEMORY_BYTES } from '../../decoding/limits.ts';
import { LARGEST_IMAGE_BYTES } from '../../functions/api/schemas.ts';
import type { ImageFile, RefusedItem } from './planned-image.ts';

/** Enough for every format's signature and a JPEG's Exif segment, which has 64 KiB at most. */
const HEAD_BYTES = 1 << 17;

const EXPORT_IT = `export the photograph as ${ANY_IMAGE_FORMAT}`;
/** What other files are and what to do, by the extension that their content asks for. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^(?:dcm|dicom)$/, `a DICOM file cannot be screened: ${EXPORT_IT} from the camera or the archive`],
  [/^(?:zip|rar|7z|gz|tar|bz2|xz|zst|cab)$/, 'an archive is not opened: unpack it and upload the folder'],
  [/^(?:heic|heif|avif|hif)$/, `this format of telephones cannot be screened: ${EXPORT_IT}`],
  [/^pdf$/, `a PDF cannot be screened: ${EXPORT_IT}`],
  [/^(?:bmp|gif|jp2|jpx|jxl|jxr|svg|psd|ico|apng)$/, `this format cannot be screened: ${EXPORT_IT}`],
  [/^(?:cr2|cr3|nef|arw|dng|raf|rw2|orf)$/, `a raw file of a camera cannot be screened: ${EXPORT_IT}`],
  [/^(?:mp4|mov|avi|mkv|webm|mpg|wmv|m4v)$/, 'a film cannot be screened: export a photograph from it'],
  [/^(?:csv|tsv|xlsx)$/, 'a table: if it is the manifest, give it in place of the folder'],
  [
    /^(?:xls|ods|numbers)$/,
    'a table: if it is the manifest, save it as CSV UTF-8 and give it in place of the folder',
  ],
];

/** Extension of a file name, in lower case, without its dot. */
export function extensionOf(path: string): string {
  return /\.([^./\\]+)$/.exec(basename(path))?.[1]?.toLowerCase() ?? '';
}

/** Whether a file's suffix promises a photograph. */
export function hasImageSuffix(path: string): boolean {
  return IMAGE_SUFFIXES.has(extensionOf(path));
}

function otherReason(extension: string): string | undefined {
  return OTHERS.find(([pattern]) => pattern.test(extension))?.[1];
}

function refusal(path: string, found: string | undefined): string {
  const suffix = extensionOf(path);
  const known = otherReason(found ?? '') ?? (found === undefined ? otherReason(suffix) : undefined);
  if (known !== undefined) return known;
  if (IMAGE_SUFFIXES.has(suffix)) {
    const what = found === undefined ? 'no format that can be screened' : found.toUpperCase();
    return `its name says photograph but its content is ${what}: copy it from the camera again`;
  }
  return `not a photograph: ${ALL_IMAGE_FORMATS} files can be screened`;
}

/** Why a file cannot be read, for a person. */
export function readFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'it cannot be read: permission is denied';
  if (code === 'EISDIR') return 'it is a folder';
  return `it cannot be read: ${reasonOf(error)}`;
}

/** Whether a JPEG is progressive, as far as its head tells. */
function isBuffered(head: Buffer): boolean {
  return (readHeader(head)?.workingBytes ?? 0) > 0;
}

/** Why the system would refuse to open a file, by the bounds of its header; `null` if it would not. */
function boundRefusal(bytes: Buffer): string | null {
  try {
    checkFile(bytes, DECODING_MEMORY_BYTES);
    return null;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return error.message;
  }
}

/**
 * Finds out by its content whether a file is a photograph that can be screened, whatever its name says.
 *
 * @returns what is known of it, or why it is refused and what to do
 */
export async function lookAtFile(path: string): Promise<ImageFile | RefusedItem> {
  try {
    await using file = await open(path);
    const { size, mtimeMs } = await file.stat();
    if (size === 0) {
      const reason = hasImageSuffix(path)
        ? 'the file is empty: copy it from the camera again'
        : 'the file is empty and no photograph by its name';
      return { path, reason };
    }
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(HEAD_BYTES, size)), 0);
    const head = buffer.subarray(0, bytesRead);
    const type = await fileTypeFromBuffer(head);
    const found = type && formatOfMediaType(type.mime);
    if (found === undefined) return { path, reason: refusal(path, type?.ext) };
    if (size > LARGEST_IMAGE_BYTES) {
      return { path, reason: `the file is larger than ${LARGEST_IMAGE_BYTES >> 20} MiB` };
    }
    // The scans of a progressive JPEG lie all over it; what else is bounded stands in the head.
    const isScattered = bytesRead < size && found.format === 'jpeg' && isBuffered(head);
    const bounded = boundRefusal(isScattered ? await readFile(path) : head);
    if (bounded !== null) return { path, reason: bounded };
    const suffix = extensionOf(path);
    return {
      path,
      bytes: size,
      modified: mtimeMs,
      contentType: found.mediaType,
      extension: found.extensions.includes(suffix) ? suffix : found.extensions[0],
      takenOn: exifFacts(head, found.format).takenOn ?? null,
    };
  } catch (error) {
    return { path, reason: readFault(error) };
  }
}
