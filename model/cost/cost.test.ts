import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleId } from '../bundle/manifest.ts';
import { openBundle, verifyHashes } from '../bundle/open-bundle.ts';
import { measureCosts, recordCosts } from './record-costs.ts';

const DEFAULT = 'bundles/default';
/** Of the bundle as it was before costs were measured. */
const DEFAULT_ID = 'dbae16034ef7d9e38e5c10f37199639d95fd2047e5fe163d60f1ff274263a3bf';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cost-'));
  await cp(DEFAULT, join(folder, 'bundle'), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

describe('the cost of an image', () => {
  it('is measured in each precision and kept beside the evidence, and the bundle keeps its id', async () => {
    const before = await openBundle(join(folder, 'bundle'));
    const told: string[] = [];
    const costs = await measureCosts(before, (precision) => told.push(precision));
    expect(told).toEqual(['fp32', 'int8']);
    const after = await recordCosts(before, costs);
    await verifyHashes(after);
    expect(after.manifest.id).toBe(DEFAULT_ID);
    const { fp32, int8 } = after.manifest.variants;
    expect(int8?.agreement).toEqual(before.manifest.variants.int8?.agreement);
    // Sixteen blocks at 224 px are some 400 million multiplications: no processor of today does them in a millisecond.
    for (const cost of [fp32?.cost, int8?.cost]) {
      expect(cost?.coreMilliseconds).toBeGreaterThan(1);
      expect(cost?.batches).toBeGreaterThanOrEqual(5);
      expect(cost?.processor).not.toBe('');
    }
  }, 60_000);

  it('is none of a bundle that was made before: it opens as ever', async () => {
    const manifest = JSON.parse(await readFile(join(folder, 'bundle', 'model.json'), 'utf8'));
    for (const variant of Object.values(manifest.variants) as { cost?: unknown }[]) delete variant.cost;
    expect(bundleId(manifest)).toBe(DEFAULT_ID);
  });
});
