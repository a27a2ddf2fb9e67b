import { describe, expect, it } from 'vitest';
import type { ActiveModel } from '../activation/active-model.ts';
import { MODEL } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { requireDecidingHeads, UndecidedError } from './deciding-heads.ts';
import { readFittingHead, requireAssessing, requireFittingHeads, UnfitHeadError } from './fitting-heads.ts';
import { type Head, HeadError, type HeadFeature } from './head.ts';
import { storeHead } from './stored-heads.ts';

function head(name: string, feature: HeadFeature, label = 'amd', more: Partial<Head> = {}): Head {
  const weights = feature === 'pair' ? [1, 2, 3, 4] : [1, 2];
  return {
    ...{ format: 1, name, feature, kind: 'multi-label', normalize: false, trained: false },
    labels: [{ name: label, weights, bias: 0, threshold: 0.5, calibration: { kind: 'none' } }],
    ...{ provenance: 'made up', intendedUse: 'tests', ...more },
  };
}
const LOST = { name: 'lost', id: 'f'.repeat(32) };
const REMEDY = 'Add a head of the other eye.';

async function stored(...heads: readonly Head[]) {
  const temporary = await temporaryHome();
  const { objects } = temporary.home;
  const references = [];
  for (const one of heads) references.push(await storeHead(objects, one));
  return { objects, references, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
}

describe('heads that are to decide', () => {
  it.each<[string, readonly Head[]]>([
    ['each eye by itself', [head('l', 'left'), head('r', 'right')]],
    ['both eyes by one feature', [head('v', 'visual')]],
    ['the patient', [head('p', 'pair')]],
  ])('may look for disease in %s', async (_, heads) => {
    await using run = await stored(...heads);
    await expect(requireDecidingHeads(run.objects, run.references, 'm1', REMEDY)).resolves.toBeUndefined();
  });

  it.each<[string, readonly Head[], string]>([
    ['none', [], 'Without a head, model m1 looks for no disease in the left and the right eye'],
    ['one of the left eye', [head('l', 'left')], 'By "l", model m1 looks for no disease in the right eye'],
    ['one of the right eye', [head('r', 'right')], 'By "r", model m1 looks for no disease in the left eye'],
    [
      'two that know what is normal',
      [head('a', 'left', 'normal'), head('b', 'pair', 'normal')],
      'By "a", "b", model m1 looks for no disease in the left and the right eye',
    ],
  ])('are refused where there is %s, with what to do', async (_, heads, message) => {
    await using run = await stored(...heads);
    const deciding = requireDecidingHeads(run.objects, run.references, 'm1', REMEDY);
    await expect(deciding).rejects.toThrow(UndecidedError);
    await expect(deciding).rejects.toThrow(`${message}: every exam would be not-assessed. ${REMEDY}`);
  });

  it('are refused with the first twelve digits of the model', async () => {
    await using run = await stored();
    const deciding = requireDecidingHeads(run.objects, [], 'ab'.repeat(32), REMEDY);
    await expect(deciding).rejects.toThrow(', model abababababab looks for no disease');
  });
});

describe('heads that are asked for', () => {
  const active: ActiveModel = { ...MODEL, embedding: 2 };

  it('are found, and are refused as unfit where they are stored nowhere', async () => {
    await using run = await stored(head('v', 'visual'));
    const [reference = LOST] = run.references;
    expect(await readFittingHead(run.objects, reference, 'm1')).toEqual(head('v', 'visual'));
    const reading = readFittingHead(run.objects, LOST, 'm1');
    await expect(reading).rejects.toThrow(UnfitHeadError);
    await expect(reading).rejects.toMatchObject({ cause: expect.any(HeadError) });
    await expect(reading).rejects.toThrow('Head "lost"');
    const down = { get: () => Promise.reject(new Error('no connection')) } as never;
    await expect(readFittingHead(down, LOST, 'm1')).rejects.not.toThrow(UnfitHeadError);
  });

  it.each<[string, Partial<ActiveModel>, Partial<Head>, RegExp | null]>([
    ['as it should', {}, {}, null],
    [
      'though nothing tells the geometry',
      { embedding: undefined },
      { labels: head('x', 'pair').labels },
      null,
    ],
    ['in another geometry', { embedding: 3 }, {}, /reads 2 channels of "visual", but this model has 3/],
    ['of another model', {}, { model: 'a'.repeat(64) }, /made for the features of model aaaaaaaaaaaa/],
    ['in a precision that is offered', { precisions: ['fp32', 'fp16'] }, { precision: 'fp16' }, null],
    [
      'in one that is not',
      { precisions: ['fp32'] },
      { precision: 'fp16' },
      /features in fp16, .*offers fp32/,
    ],
  ])('read the features of the active model %s', async (_, model, more, refusal) => {
    await using run = await stored(head('v', 'visual'), head('w', 'visual', 'dr', more));
    const fitting = requireFittingHeads(run.objects, run.references, { ...active, ...model });
    if (refusal === null) {
      expect(await fitting).toBeUndefined();
      return;
    }
    await expect(fitting).rejects.toThrow(UnfitHeadError);
    await expect(fitting).rejects.toThrow(refusal);
  });
});

describe('heads that are to go live', () => {
  const LEFT = head('l', 'left');
  const RIGHT = head('r', 'right');
  const assess = (
    run: Awaited<ReturnType<typeof stored>>,
    live: readonly (typeof LOST)[],
    featuresOnly = false,
    heads = run.references.slice(0, 1),
  ) => requireAssessing(run.objects, heads, { ...MODEL, heads: [...live] }, { featuresOnly, remedy: REMEDY });

  it('decide beside the live ones that stay, of which a lost one matters only where it is needed', async () => {
    await using run = await stored(LEFT, RIGHT);
    expect(await assess(run, run.references.slice(1))).toBe(false);
    await expect(assess(run, [LOST])).rejects.toThrow(UnfitHeadError);
    await using alone = await stored(head('v', 'visual'));
    expect(await assess(alone, [LOST])).toBe(false);
  });

  it('do not count the live one of their name, which gives way', async () => {
    await using run = await stored(LEFT, head('l', 'right'));
    await expect(assess(run, run.references.slice(1))).rejects.toThrow(UndecidedError);
  });

  it('may decide nothing where that is meant', async () => {
    await using run = await stored(LEFT);
    await expect(assess(run, [])).rejects.toThrow(REMEDY);
    expect(await assess(run, [], true)).toBe(true);
    expect(await assess(run, [], true, [])).toBe(true);
    await expect(assess(run, [], true, [LOST])).rejects.toThrow(UnfitHeadError);
  });
});
