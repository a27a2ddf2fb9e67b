import type { ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import type { ObjectVersion, StoredObject, WrittenObject } from '../../core/ports/index.ts';
import { UnexpectedAnswerError } from '../errors.ts';

/** What an answer about an object tells, whichever call gave it. */
export interface ObjectAnswer {
  readonly VersionId?: string;
  readonly ContentLength?: number;
  readonly ContentRange?: string;
  readonly ContentType?: string;
  readonly Metadata?: Record<string, string>;
  readonly LastModified?: Date;
  readonly ChecksumSHA256?: string;
  readonly ChecksumType?: string;
}

/** The length of the whole object, of which a range may have been read. */
function wholeLength({ ContentRange, ContentLength }: ObjectAnswer): number {
  const total = /\/(\d+)$/.exec(ContentRange ?? '')?.[1];
  return total === undefined ? (ContentLength ?? 0) : Number(total);
}

/**
 * The SHA-256 of the whole object, if S3 knows it.
 *
 * @returns `undefined` where it was uploaded with another checksum, or in parts, whose checksum is one of checksums
 */
export function knownSha256({ ChecksumSHA256, ChecksumType }: ObjectAnswer): string | undefined {
  if (ChecksumSHA256 === undefined || ChecksumType === 'COMPOSITE' || ChecksumSHA256.includes('-')) {
    return undefined;
  }
  return Buffer.from(ChecksumSHA256, 'base64').toString('hex');
}

function versionIn({ VersionId }: Pick<ObjectAnswer, 'VersionId'>): string | null {
  return VersionId === undefined || VersionId === 'null' ? null : VersionId;
}

/**
 * What an answer to a PUT says of the version that it made.
 *
 * @param sent what was written
 * @throws UnexpectedAnswerError if S3 says that it stored another content
 */
export function writtenObject(
  key: string,
  sent: Omit<WrittenObject, 'key' | 'versionId'>,
  answer: Pick<ObjectAnswer, 'VersionId' | 'ChecksumSHA256' | 'ChecksumType'>,
): WrittenObject {
  const kept = knownSha256(answer);
  if (kept !== undefined && kept !== sent.sha256) {
    throw new UnexpectedAnswerError(
      `Object "${key}" was sent with SHA-256 ${sent.sha256}, and S3 stored ${kept}. Store it again.`,
    );
  }
  return { key, versionId: versionIn(answer), ...sent };
}

export function storedObject(key: string, answer: ObjectAnswer, sha256: string): StoredObject {
  const { ContentType, Metadata, LastModified } = answer;
  return {
    key,
    versionId: versionIn(answer),
    bytes: wholeLength(answer),
    sha256,
    contentType: ContentType ?? 'application/octet-stream',
    metadata: Metadata ?? {},
    lastModified: LastModified ?? new Date(0),
    sequence: null,
  };
}

/** The versions and delete markers of an answer, which lists them apart, in the order of their keys, newest first. */
export function versionsIn({
  Versions = [],
  DeleteMarkers = [],
}: Pick<ListObjectVersionsCommandOutput, 'Versions' | 'DeleteMarkers'>): ObjectVersion[] {
  const all = [
    ...Versions.map((version) => ({ ...version, isDeleteMarker: false })),
    ...DeleteMarkers.map((marker) => ({ ...marker, Size: 0, isDeleteMarker: true })),
  ];
  return all
    .sort(
      (a, b) =>
        Buffer.compare(Buffer.from(a.Key ?? ''), Buffer.from(b.Key ?? '')) ||
        // S3 counts whole seconds: a deletion right behind a write has the write's instant.
        Number(b.IsLatest ?? false) - Number(a.IsLatest ?? false) ||
        (b.LastModified?.getTime() ?? 0) - (a.LastModified?.getTime() ?? 0),
    )
    .map(({ Key = '', VersionId, Size = 0, LastModified = new Date(0), isDeleteMarker }) => ({
      key: Key,
      versionId: versionIn({ VersionId }),
      bytes: Size,
      lastModified: LastModified,
      isDeleteMarker,
    }));
}
