import { expect } from 'vitest';
import { bytes, sha256 } from './content-of-objects.ts';
import type { ObjectStoreTests } from './object-store-tests.ts';

/** Uploads by those who have no credentials. */
export function describeUploads(tests: ObjectStoreTests): void {
  const { folder, testCapability } = tests;

  testCapability('presigned-uploads', 'takes an upload that it has permitted', async () => {
    const key = `${folder()}患者 1/left+1.jpg`;
    const content = bytes('uploaded');
    const { url, method, headers } = await tests.objects.presignUpload(key, {
      sha256: sha256(content),
      bytes: content.length,
      contentType: 'image/jpeg',
      metadata: { laterality: 'left' },
      expiresInSeconds: 60,
    });
    const answer = await fetch(url, { method, headers, body: Buffer.from(content) });
    expect(answer.status, await answer.text()).toBe(200);
    expect(await tests.objects.head(key)).toMatchObject({
      sha256: sha256(content),
      contentType: 'image/jpeg',
      metadata: { laterality: 'left' },
    });
  });

  testCapability(
    'presigned-refusals',
    'refuses an upload of other content or with other metadata',
    async () => {
      const key = `${folder()}left.jpg`;
      const content = bytes('uploaded');
      const { url, method, headers } = await tests.objects.presignUpload(key, {
        sha256: sha256(content),
        bytes: content.length,
        contentType: 'image/jpeg',
        metadata: { laterality: 'left' },
        expiresInSeconds: 60,
      });
      const attempts = [
        { headers, body: 'UPLOADED' },
        { headers: { ...headers, 'x-amz-meta-laterality': 'right' }, body: 'uploaded' },
      ];
      for (const attempt of attempts) {
        const answer = await fetch(url, { method, ...attempt });
        await answer.arrayBuffer();
        expect(answer.ok).toBe(false);
      }
      expect(await tests.objects.head(key)).toBeUndefined();
    },
  );
}
