import { expect } from 'vitest';
import { ChecksumMismatchError, InvalidInputError, ObjectExistsError } from '../../../core/errors.ts';
import { bytes, sha256 } from './content-of-objects.ts';
import type { ObjectStoreTests } from './object-store-tests.ts';

/** Conditions and promises of a write. */
export function describeWriting(tests: ObjectStoreTests): void {
  const { folder, textOf, testCapability } = tests;

  testCapability('metadata', 'keeps metadata', async () => {
    const key = `${folder()}left.jpg`;
    const metadata = { laterality: 'left', eyes: 'both', 'sent-by': 'retclip upload/1 (a, b; c="d")' };
    expect((await tests.objects.put(key, bytes('x'), { metadata })).metadata).toEqual(metadata);
    expect((await tests.objects.head(key))?.metadata).toEqual(metadata);
  });

  testCapability('metadata', 'refuses metadata that no header can carry', async () => {
    const key = `${folder()}left.jpg`;
    const refused: Record<string, string>[] = [
      { note: '左眼' },
      { note: 'two\nlines' },
      { Upper: 'x' },
      { 'a b': 'x' },
    ];
    for (const metadata of refused) {
      await expect(tests.objects.put(key, bytes('x'), { metadata })).rejects.toThrow(InvalidInputError);
    }
    expect(await tests.objects.head(key)).toBeUndefined();
  });

  testCapability(
    'checksums',
    'refuses content that is not the promised one, and stores nothing',
    async () => {
      const key = `${folder()}changed`;
      const promised = sha256(bytes('what was meant'));
      await expect(tests.objects.put(key, bytes('what came'), { sha256: promised })).rejects.toThrow(
        ChecksumMismatchError,
      );
      expect(await tests.objects.head(key)).toBeUndefined();
    },
  );

  testCapability('if-absent', 'writes only where nothing is, if asked so', async () => {
    const key = `${folder()}once`;
    await tests.objects.put(key, bytes('first'), { ifAbsent: true });
    await expect(tests.objects.put(key, bytes('second'), { ifAbsent: true })).rejects.toThrow(
      ObjectExistsError,
    );
    expect(await textOf(key)).toBe('first');
    await tests.objects.delete(key);
    await tests.objects.put(key, bytes('third'), { ifAbsent: true });
    expect(await textOf(key)).toBe('third');
  });

  testCapability('if-absent', 'lets one of many writers win', async () => {
    const key = `${folder()}race`;
    const attempts = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) => tests.objects.put(key, bytes(`${index}`), { ifAbsent: true })),
    );
    const winners = attempts.flatMap((attempt, index) =>
      attempt.status === 'fulfilled' ? [`${index}`] : [],
    );
    expect(winners).toEqual([await textOf(key)]);
  });
}
