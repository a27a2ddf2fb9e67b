import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { offeredPrecisions, openBundle } from '../model/bundle/index.ts';
import { UnverifiedPrecisionError } from '../model/errors.ts';
import { bestPrecision } from '../model/runtime/best-precision.ts';

describe('the bundle that ships', () => {
  it('offers no precision that was not shown to find what fp32 finds', async () => {
    const bundle = await openBundle(fileURLToPath(new URL('./default', import.meta.url)));
    expect(offeredPrecisions(bundle.manifest)).toEqual(['fp32']);
    for (const provider of ['cpu', 'cuda'] as const) expect(bestPrecision(bundle, provider)).toBe('fp32');
    expect(() => bestPrecision(bundle, 'cpu', { wanted: 'int8' })).toThrow(UnverifiedPrecisionError);
  });
});
