import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACTIVE_MODEL_KEY, type ActiveModel } from '../activation/active-model.ts';
import { bundleFileKey } from '../keys/bundle-file-key.ts';
import { MODEL } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { activateModel, rollBackModel } from './model-activation.ts';
import { promoteHeads, readActiveModel } from './promotion.ts';

let temporary: Awaited<ReturnType<typeof temporaryHome>>;
beforeEach(async () => {
  temporary = await temporaryHome();
  for (const { model } of [FIRST, SECOND, THIRD]) await store(model);
});
afterEach(() => temporary[Symbol.asyncDispose]());

const FIRST: ActiveModel = MODEL;
const SECOND: ActiveModel = { ...MODEL, model: 'm2', heads: [{ name: 'odir', id: 'h2' }] };
const THIRD: ActiveModel = { ...MODEL, model: 'm3', heads: [{ name: 'odir', id: 'h3' }] };
const NOW = new Date('2026-05-01T08:00:00.000Z');

const objects = () => temporary.home.objects;
const store = (model: string) => objects().put(bundleFileKey(model, 'model.json'), Buffer.from('{}'));
const activate = (model: ActiveModel) => activateModel(objects(), model, 'somebody', NOW);
const back = () => rollBackModel(objects(), 'somebody', NOW);
const active = () => readActiveModel(objects());

describe('activating a model', () => {
  it('is the first, and then takes the place of another', async () => {
    expect(await activate(FIRST)).toEqual({ from: null, to: FIRST });
    expect(await active()).toEqual(FIRST);
    expect(await activate(SECOND)).toMatchObject({ from: { model: 'm1' }, to: { model: 'm2' }, number: 1 });
    expect(await active()).toEqual({ ...SECOND, activation: 1 });
  });

  it('changes nothing where it is active', async () => {
    await activate(FIRST);
    await activate(SECOND);
    const { versionId } = (await objects().head(ACTIVE_MODEL_KEY)) ?? {};
    expect(await activate(SECOND)).toBeNull();
    expect((await objects().head(ACTIVE_MODEL_KEY))?.versionId).toBe(versionId);
  });

  it('takes the heads of a bundle with the same graphs, and leaves promoted ones live', async () => {
    await activate(FIRST);
    const other = { ...FIRST, heads: [{ name: 'odir', id: 'stricter' }] };
    expect((await activate(other))?.to.heads).toEqual(other.heads);
    await promoteHeads(objects(), [{ name: 'odir', id: 'promoted' }], { model: 'm1' }, 'somebody', NOW);
    expect(await activate(FIRST)).toBeNull();
    expect((await active()).heads).toEqual([{ name: 'odir', id: 'promoted' }]);
  });

  it('is refused of a bundle that is not stored, and leaves what is active', async () => {
    await activate(FIRST);
    await expect(activate({ ...MODEL, model: 'm4' })).rejects.toThrow(
      /m4 is not stored.*retclip model activate/,
    );
    expect((await active()).model).toBe('m1');
  });
});

describe('going back to the model before', () => {
  it('is one step each time, until the first', async () => {
    for (const model of [FIRST, SECOND, THIRD]) await activate(model);
    expect((await back()).to.model).toBe('m2');
    expect((await back()).to.model).toBe('m1');
    expect(await active()).toEqual(FIRST);
    await expect(back()).rejects.toThrow(/No model was active before m1/);
  });

  it('brings back the heads that had been promoted on it, and keeps none of the model that goes', async () => {
    await activate(FIRST);
    await promoteHeads(objects(), [{ name: 'odir', id: 'promoted' }], { model: 'm1' }, 'somebody', NOW);
    await activate(SECOND);
    expect((await active()).heads).toEqual(SECOND.heads);
    await promoteHeads(objects(), [{ name: 'odir', id: 'newer' }], { model: 'm2' }, 'somebody', NOW);
    expect((await back()).to).toMatchObject({ model: 'm1', heads: [{ name: 'odir', id: 'promoted' }] });
  });

  it('is refused where the bundle before is stored no more', async () => {
    await activate(FIRST);
    await activate(SECOND);
    await objects().delete(bundleFileKey('m1', 'model.json'));
    await expect(back()).rejects.toThrow(/m1 is not stored/);
    expect((await active()).model).toBe('m2');
  });
});
