import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';

/** A new object, as S3 announces it. */
export interface ObjectCreated {
  readonly key: string;
  /** `undefined` from a bucket without versions. */
  readonly versionId: string | undefined;
  /** Orders the events of one key. Hexadecimal digits. */
  readonly sequencer: string;
}

/** What a notification announces. */
export interface Announcement {
  readonly objects: readonly ObjectCreated[];
  /** Why each of its other records can never be read. */
  readonly unreadable: readonly string[];
}

const notificationSchema = z.object({ Records: z.unknown().refine((records) => records !== undefined) });
const recordsSchema = z.array(z.unknown());
const objectSchema = z.object({
  s3: z.object({
    object: z.object({
      key: z.string().min(1),
      versionId: z.string().optional(),
      sequencer: z.string().optional(),
    }),
  }),
});
const recordSchema = objectSchema.extend({ eventName: z.string() });
const objectsSchema = z.object({ Records: z.array(objectSchema) });
const otherEventSchema = z.object({ eventName: z.string().regex(/^(?!(?:s3:)?ObjectCreated:)/) });
const testEventSchema = z.object({ Event: z.literal('s3:TestEvent') });

/** S3 encodes keys in its notifications as in a form: `+` is a space. @returns `null` if it is badly encoded */
export function decodeKey(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** @returns the object, `null` for an event of another kind, or why it can never be read */
function readRecord(record: unknown): ObjectCreated | null | string {
  if (otherEventSchema.safeParse(record).success) return null;
  const parsed = recordSchema.safeParse(record);
  if (!parsed.success) return `A record names no object: ${z.prettifyError(parsed.error)}`;
  const { key: encoded, versionId, sequencer = '' } = parsed.data.s3.object;
  const key = decodeKey(encoded);
  if (key === null) {
    const shown = JSON.stringify(encoded.slice(0, 80));
    return `The key ${shown} is badly encoded: S3 writes keys as forms do. Find out who sent the notification, and upload the photograph again.`;
  }
  return { key, versionId, sequencer };
}

/** Whether a content is a notification of S3: of its records, or the test that S3 sends when notifications are set up. */
export function isNotification(content: unknown): boolean {
  return testEventSchema.safeParse(content).success || notificationSchema.safeParse(content).success;
}

/**
 * Reads an S3 event notification, each record by itself: one that cannot be read costs the others nothing.
 *
 * @returns an empty announcement for S3's test event
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function readAnnouncement(content: unknown): Announcement {
  if (testEventSchema.safeParse(content).success) return { objects: [], unreadable: [] };
  const records = recordsSchema.safeParse(notificationSchema.parse(content).Records);
  if (!records.success) return { objects: [], unreadable: ['The Records of a notification are not a list.'] };
  const read = records.data.map(readRecord).filter((record) => record !== null);
  return {
    objects: read.filter((record) => typeof record === 'object'),
    unreadable: read.filter((record) => typeof record === 'string'),
  };
}

/**
 * The objects that a notification is about, whatever has become of them. It serves notifications that cannot be handled, so
 * a key that is badly encoded stays as it is.
 *
 * @returns an empty list for a record without an object, or another content than a notification
 */
export function objectsOf(content: unknown): readonly Pick<ObjectCreated, 'key' | 'versionId'>[] {
  const { data } = objectsSchema.safeParse(content);
  return (data?.Records ?? []).map(({ s3: { object } }) => ({
    key: decodeKey(object.key) ?? object.key,
    versionId: object.versionId,
  }));
}

/**
 * Handles each object of a notification, and tells in the end what could not be handled.
 *
 * @param handle handles one object; must be idempotent
 * @throws InvalidInputError with every reason, once the others are handled; whatever else `handle` throws, at once: the
 * notification is delivered again then
 */
export async function handleEach(
  { objects, unreadable }: Announcement,
  handle: (object: ObjectCreated) => Promise<void>,
): Promise<void> {
  const reasons = [...unreadable];
  for (const object of objects) {
    try {
      await handle(object);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      reasons.push(error.message);
    }
  }
  if (reasons.length > 0) throw new InvalidInputError(reasons.join(' '));
}
