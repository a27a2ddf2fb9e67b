import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Agreement, agreementSchema } from './agreement.ts';
import { bundleId, type Manifest, manifestSchema } from './manifest.ts';
import { isOffered, offeredPrecisions, precisionFlags, whyNotOffered } from './offered-precisions.ts';
import { agreementOf } from './testing/agreement.ts';

const manifestWith = (agreement?: Agreement, heads = ['h1']) => ({
  variants: {
    fp32: { vision: 'a' },
    int8: { vision: 'b', ...(agreement === undefined ? {} : { agreement }) },
  },
  heads: heads.map((id) => ({ name: id, id, file: `heads/${id}.json` })),
});

describe('a precision beside fp32', () => {
  it('is offered on evidence that suffices, and its results bear no flag', () => {
    const manifest = manifestWith(agreementSchema.parse(agreementOf()));
    expect(offeredPrecisions(manifest)).toEqual(['fp32', 'int8']);
    expect(whyNotOffered(manifest, 'int8')).toBeNull();
    expect(precisionFlags(manifest, 'int8')).toEqual([]);
  });

  it.each<[string, Agreement | undefined, string[], RegExp]>([
    ['without evidence', undefined, ['h1'], /not compared .* on photographs/],
    [
      'of too many changes',
      agreementOf({ changed: 5 }),
      ['h1'],
      /5 of 400 patients \(1\.3 %\).*at most 1\.0 %/,
    ],
    ['of too few patients', agreementOf({ patients: 99, changed: 0 }), ['h1'], /99 patients, fewer than 100/],
    ['that says so itself', agreementOf({ offered: false }), ['h1'], /does not say/],
    ['of another head', agreementOf(), ['h1', 'h2'], /other heads/],
  ])('is not offered %s', (_, agreement, heads, reason) => {
    const manifest = manifestWith(agreement, heads);
    expect(isOffered(manifest, 'int8')).toBe(false);
    expect(isOffered(manifest, 'fp16')).toBe(false);
    expect(offeredPrecisions(manifest)).toEqual(['fp32']);
    expect(whyNotOffered(manifest, 'int8')).toMatch(reason);
    expect(precisionFlags(manifest, 'int8')).toEqual(['unverified-precision']);
    expect(precisionFlags(manifest, 'fp32')).toEqual([]);
  });

  it('is offered at one patient in a hundred, and no more', () => {
    expect(isOffered(manifestWith(agreementOf({ patients: 100, changed: 1 })), 'int8')).toBe(true);
    expect(isOffered(manifestWith(agreementOf({ patients: 100, changed: 2 })), 'int8')).toBe(false);
  });
});

describe('a manifest of a former release', () => {
  const read = async (): Promise<Manifest> => {
    const path = fileURLToPath(new URL('former/model-1.json', import.meta.url));
    return manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  };

  it('is read with its heads of attention and its id, and offers fp32 alone', async () => {
    const manifest = await read();
    expect(manifest.geometry.vision).toMatchObject({ kind: 'vit', width: 64, heads: 1 });
    expect(bundleId(manifest)).toBe('0e45bed62d90934bc05078434846e5ada9255c9b3b06d3cc3d80bd8d8bd2e7e4');
    expect(offeredPrecisions(manifest)).toEqual(['fp32']);
  });

  it('keeps its id whatever evidence is added, and has another if a graph is', async () => {
    const manifest = await read();
    const { fp32, int8 } = manifest.variants;
    if (int8 === undefined) throw new Error('Expected int8.');
    const evident = {
      ...manifest,
      variants: { ...manifest.variants, int8: { ...int8, agreement: agreementOf() } },
    };
    expect(bundleId(evident)).toBe(manifest.id);
    expect(bundleId({ ...manifest, variants: { fp32 } })).not.toBe(manifest.id);
  });
});
