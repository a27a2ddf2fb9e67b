import type { AddedVersion } from './object-versions.ts';

/** S3 encodes keys in its notifications as a form does, but for the slashes. */
function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
}

/**
 * What S3 sends to a queue for a new object.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function objectCreatedEvent(added: AddedVersion, bucket: string): string {
  const { object, sequence } = added;
  return JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'local',
        eventTime: object.lastModified.toISOString(),
        eventName: 'ObjectCreated:Put',
        s3: {
          s3SchemaVersion: '1.0',
          bucket: { name: bucket },
          object: {
            key: encodeKey(object.key),
            size: object.bytes,
            eTag: object.sha256.slice(0, 32),
            // A bucket without versions announces none.
            versionId: object.versionId ?? undefined,
            sequencer: sequence.toString(16).toUpperCase().padStart(16, '0'),
          },
        },
      },
    ],
  });
}
