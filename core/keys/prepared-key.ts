import { createHash } from 'node:crypto';
import type { ImageVersion } from '../exams/image-version.ts';
import { parseImageKey } from './image-key.ts';

/** Everything that was prepared begins so. */
export const PREPARED_PREFIX = 'prepared/';

/** A key has 1,024 bytes at most: a longer file name is told by its hash. */
const LONGEST_FILE_NAME = 255;

/** Where what was prepared of a patient's images lies: every key of it begins so. */
export function preparedPrefixOf({
  program,
  patient,
}: {
  readonly program: string;
  readonly patient: string;
}) {
  return `${PREPARED_PREFIX}${program}/${patient}/`;
}

function partOf(fileName: string): string {
  if (Buffer.byteLength(fileName) <= LONGEST_FILE_NAME) return fileName;
  return createHash('sha256').update(fileName).digest('hex');
}

/**
 * Key of what was prepared of one version of an image under a contract:
 * `prepared/{program}/{patient}/{exam}/{image}/{version}/{contract}.safetensors`.
 *
 * @throws InvalidInputError if the image's key names no exam
 * @example preparedKey({ key: 'images/north/P1/2026-05-01/left.jpg', versionId: 'v1', … }, 'c0ffee')
 * // 'prepared/north/P1/2026-05-01/left.jpg/v1/c0ffee.safetensors'
 */
export function preparedKey(
  { key, versionId, sha256 }: Pick<ImageVersion, 'key' | 'versionId' | 'sha256'>,
  contract: string,
): string {
  // A store without versions tells contents apart by their hash.
  return `${preparedVersionPrefix({ key, versionId: versionId ?? sha256 })}${contract}.safetensors`;
}

/**
 * Where everything lies that was prepared of one version of an image.
 *
 * @throws InvalidInputError if the image's key names no exam
 */
export function preparedVersionPrefix({
  key,
  versionId,
}: {
  readonly key: string;
  readonly versionId: string;
}): string {
  const { exam, fileName } = parseImageKey(key);
  return `${preparedPrefixOf(exam)}${exam.exam}/${partOf(fileName)}/${versionId}/`;
}

/** What is made of a photograph for readers: the picture to read, the small one of lists, and what is known of both. */
export const RENDITION_FILES = {
  rendition: 'rendition-1.jpg',
  thumbnail: 'thumbnail-1.jpg',
  facts: 'rendition-1.json',
} as const;
export type RenditionFile = keyof typeof RENDITION_FILES;

/**
 * Key of what was made of one version of an image for readers. It is of no contract: every model's readers see the same.
 *
 * @throws InvalidInputError if the image's key names no exam
 * @example renditionKey({ key: 'images/north/P1/2026-05-01/left.jpg', versionId: 'v1', … }, 'thumbnail')
 * // 'prepared/north/P1/2026-05-01/left.jpg/v1/thumbnail-1.jpg'
 */
export function renditionKey(
  { key, versionId, sha256 }: Pick<ImageVersion, 'key' | 'versionId' | 'sha256'>,
  file: RenditionFile,
): string {
  return `${preparedVersionPrefix({ key, versionId: versionId ?? sha256 })}${RENDITION_FILES[file]}`;
}

/** How the names of evidence maps begin. */
export const EVIDENCE_FILE = 'evidence-1-';

/**
 * Key of the evidence maps that one request's screening made of one version of an image. They lie beside what was prepared of it.
 *
 * @throws InvalidInputError if the image's key names no exam
 * @example evidenceKey({ key: 'images/north/P1/2026-05-01/left.jpg', versionId: 'v1', … }, 'ab12')
 * // 'prepared/north/P1/2026-05-01/left.jpg/v1/evidence-1-ab12.json'
 */
export function evidenceKey(
  { key, versionId, sha256 }: Pick<ImageVersion, 'key' | 'versionId' | 'sha256'>,
  requestId: string,
): string {
  return `${preparedVersionPrefix({ key, versionId: versionId ?? sha256 })}${EVIDENCE_FILE}${requestId}.json`;
}
