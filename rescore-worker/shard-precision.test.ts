import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Precision } from '../core/activation/precisions.ts';
import { OtherPrecisionError, refuseOtherPrecision } from '../core/heads/precision-binding.ts';
import { type LocalHome, openLocalHome } from '../local/home.ts';
import { drawnHead } from './testing/population.ts';

let folder: string;
let home: LocalHome;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shards-'));
  home = await openLocalHome(folder);
});
afterEach(async () => {
  await home.close();
  await rm(folder, { recursive: true });
});

const EXAM = { program: 'north', patient: 'P1', exam: '1' };

async function rows(precision?: { precision: Precision; equivalents: readonly Precision[] }) {
  const row = (value: number) => Float32Array.of(value, -value);
  const [place] = await home.features.put({
    ...{ model: 'm1', preprocessing: 'p', precision },
    exams: [{ exam: EXAM, requestId: 'r', eyes: { left: true, right: true } }],
    matrices: { leftVisual: row(1), rightVisual: row(2), left: row(3), right: row(4), patient: row(5) },
  });
  return home.features.read(place?.shard ?? '');
}

describe('a feature shard', () => {
  it('keeps the precision that it was computed in, and left apart from right', async () => {
    const shard = await rows({ precision: 'fp16', equivalents: ['fp32', 'fp16'] });
    expect(shard).toMatchObject({ precision: 'fp16', equivalents: ['fp32', 'fp16'] });
    expect(shard.exam(0)?.left?.visual).toEqual(Float32Array.of(1, -1));
    expect(shard.exam(0)?.right?.visual).toEqual(Float32Array.of(2, -2));
    expect(() => refuseOtherPrecision(drawnHead('h', 2, ['amd']), shard, 'it')).not.toThrow();
  });

  it('of a forced precision gives nothing to a head of fp32', async () => {
    const shard = await rows({ precision: 'int8', equivalents: ['fp32'] });
    expect(() => refuseOtherPrecision(drawnHead('h', 2, ['amd']), shard, 'it')).toThrow(OtherPrecisionError);
  });

  it('of a former release does not say, and is read as fp32', async () => {
    const shard = await rows();
    expect(shard).toMatchObject({ precision: null, equivalents: [] });
    const head = drawnHead('h', 2, ['amd']);
    expect(() => refuseOtherPrecision(head, shard, 'it')).not.toThrow();
    expect(() => refuseOtherPrecision({ ...head, precision: 'int8' }, shard, 'it')).toThrow(
      /unknown, read as fp32/,
    );
  });
});
