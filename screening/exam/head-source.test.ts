import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Precision } from '../../core/activation/precisions.ts';
import type { Head } from '../../core/heads/head.ts';
import { OtherPrecisionError } from '../../core/heads/precision-binding.ts';
import { storeHead } from '../../core/heads/stored-heads.ts';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { headSource } from './head-source.ts';

const MODEL = 'm'.repeat(64);
let folder: string;
let home: LocalHome;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heads-'));
  home = await openLocalHome(folder);
});
afterEach(async () => {
  await home.close();
  await rm(folder, { recursive: true });
});

const head = (precision?: Precision): Head => ({
  ...{ format: 1, name: 'amd', feature: 'visual', kind: 'multi-label', normalize: false },
  labels: [{ name: 'amd', weights: [1, -2], bias: 0, threshold: 0.5, calibration: { kind: 'none' } }],
  ...(precision === undefined ? {} : { precision }),
  ...{ trained: true, provenance: 'made up', intendedUse: 'tests' },
});

describe('heads that a worker finds', () => {
  it.each<[Precision | undefined, Precision, Precision[], boolean]>([
    ['int8', 'fp32', ['fp32'], false],
    ['fp16', 'fp32', ['fp32', 'fp16'], true],
    ['fp32', 'fp16', ['fp32', 'fp16'], true],
    [undefined, 'fp32', ['fp32'], true],
  ])(
    'fitted on %s, for a worker in %s that offers %s, are read: %s',
    async (fitted, precision, equivalents, fits) => {
      const reference = await storeHead(home.objects, head(fitted));
      const find = headSource(home.objects, MODEL, [], { precision, equivalents });
      if (fits) expect(await find([reference])).toHaveLength(1);
      else await expect(find([reference])).rejects.toThrow(OtherPrecisionError);
    },
  );

  it('are read whatever they were fitted on where the precision was forced', async () => {
    const reference = await storeHead(home.objects, head('int8'));
    expect(await headSource(home.objects, MODEL, [])([reference])).toHaveLength(1);
  });
});
