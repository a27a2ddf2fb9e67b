import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActiveModel, HeadReference } from '../../core/activation/active-model.ts';
import type { Head } from '../../core/heads/head.ts';
import { promoteHeads, readActiveModel } from '../../core/heads/promotion.ts';
import { startShadow } from '../../core/heads/shadow-heads.ts';
import { storeHead } from '../../core/heads/stored-heads.ts';
import { type LocalHome, openLocalHome } from '../home.ts';
import { activate } from './active-bundle.ts';

const NOW = new Date('2026-11-26T12:00:00.000Z');

/** A head that looks for AMD from a probability on. */
function head(name: string, threshold: number): Head {
  const label = { name: 'amd', weights: [1, 0, 0, 0], bias: 0, calibration: { kind: 'none' as const } };
  return {
    ...{ format: 1, name, feature: 'patient', kind: 'multi-label', normalize: false, trained: true },
    ...{ labels: [{ ...label, threshold }], provenance: 'made up', intendedUse: 'tests' },
  };
}

let folder: string;
let home: LocalHome;
let released: ActiveModel;
/** The next release: the same features, a head with another threshold. */
let next: ActiveModel;
let mine: HeadReference;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'active-bundle-'));
  home = await openLocalHome(folder);
  const stored = (threshold: number) => storeHead(home.objects, head('odir', threshold));
  released = {
    ...{ schema: 'active-model/1', model: 'bundle', preprocessing: 'p', trained: true, embedding: 4 },
    heads: [await stored(0.5)],
  };
  next = { ...released, heads: [await stored(0.25)] };
  mine = await stored(0.4);
  await activate(home.objects, released);
});
afterEach(async () => {
  await home.close();
  await rm(folder, { recursive: true });
});

describe("a bundle's heads", () => {
  it('are those of the release that starts, where none were promoted', async () => {
    expect(await readActiveModel(home.objects)).toEqual(released);
    await activate(home.objects, next);
    expect(await readActiveModel(home.objects)).toEqual(next);
  });

  it('give way to promoted ones, whatever starts', async () => {
    await promoteHeads(home.objects, [mine], { model: 'bundle' }, 'me', NOW);
    const promoted = await readActiveModel(home.objects);
    expect(promoted.heads).toEqual([mine]);
    await activate(home.objects, next);
    expect(await readActiveModel(home.objects)).toEqual(promoted);
    const other = { ...next, model: 'another bundle' };
    await activate(home.objects, other);
    expect(await readActiveModel(home.objects)).toEqual(other);
  });

  it('leave heads in shadow where they are', async () => {
    const { shadow } = (await startShadow(home.objects, [mine], 'bundle', 'me', NOW)).to;
    await activate(home.objects, next);
    expect(await readActiveModel(home.objects)).toEqual({ ...next, shadow });
  });
});
