import { expect, it } from 'vitest';
import { objectCreatedEvent } from './object-created-event.ts';

const object = {
  ...{ key: 'images/north/P 1/2026-05-01/left+right é.jpg', versionId: 'v7', bytes: 12 },
  ...{ sha256: `${'ab'.repeat(16)}${'cd'.repeat(16)}`, contentType: 'image/jpeg', metadata: {} },
  lastModified: new Date('2026-05-01T10:00:00Z'),
  sequence: 171,
};
const recordOf = (change = {}) => {
  const { Records } = JSON.parse(
    objectCreatedEvent({ object: { ...object, ...change }, sequence: 171 }, 'images'),
  );
  expect(Records).toHaveLength(1);
  return Records[0];
};

it('says of a new object what S3 says: the key encoded as in a form, the order as sixteen hexadecimal digits', () => {
  expect(recordOf()).toEqual({
    ...{ eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'local' },
    ...{ eventTime: '2026-05-01T10:00:00.000Z', eventName: 'ObjectCreated:Put' },
    s3: {
      s3SchemaVersion: '1.0',
      bucket: { name: 'images' },
      object: {
        ...{ key: 'images/north/P+1/2026-05-01/left%2Bright+%C3%A9.jpg', size: 12 },
        ...{ eTag: 'ab'.repeat(16), versionId: 'v7', sequencer: '00000000000000AB' },
      },
    },
  });
});

it('names no version where the store keeps none', () => {
  expect(recordOf({ versionId: null }).s3.object).not.toHaveProperty('versionId');
});
