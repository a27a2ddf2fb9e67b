import { z } from 'zod';

/** A new object, as S3 announces it. */
export interface ObjectCreated {
  readonly key: string;
  /** `undefined` from a bucket without versions. */
  readonly versionId: string | undefined;
  /** Orders the events of one key: hexadecimal digits. */
  readonly sequencer: string;
}

const notificationSchema = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      s3: z.object({
        object: z.object({
          key: z.string(),
          versionId: z.string().optional(),
          sequencer: z.string().optional(),
        }),
      }),
    }),
  ),
});

const testEventSchema = z.object({ Event: z.literal('s3:TestEvent') });

/** S3 encodes keys in its notifications as in a form: `+` is a space. */
function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}

/**
 * Reads an S3 event notification.
 *
 * @returns the objects created, none for S3's test event; `null` if the body is no notification
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function parseObjectCreated(body: unknown): readonly ObjectCreated[] | null {
  if (testEventSchema.safeParse(body).success) return [];
  const parsed = notificationSchema.safeParse(body);
  if (!parsed.success) return null;
  return parsed.data.Records.filter((record) => record.eventName.startsWith('ObjectCreated:')).map(
    ({ s3 }) => ({
      key: decodeKey(s3.object.key),
      versionId: s3.object.versionId,
      sequencer: s3.object.sequencer ?? '',
    }),
  );
}
