import { expect, it } from 'vitest';
import { storeRefusal } from './store-refusal.ts';

const DENIED =
  'User: arn:aws:sts::111122223333:assumed-role/api/s is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::data/images/north/P1/2026-05-01/left.jpg" because no identity-based policy allows the s3:PutObject action';

it.each([
  [
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>${DENIED.replaceAll('"', '&quot;')}</Message><RequestId>R</RequestId></Error>`,
    `AccessDenied: ${DENIED}`,
  ],
  ['<Error><Code>BadDigest</Code></Error>', 'BadDigest:'],
  ['{"detail":"The disk is full."}', '{"detail":"The disk is full."}'],
  ['', ''],
])('%j is told as %j', (answer, told) => {
  expect(storeRefusal(answer)).toBe(told);
});
