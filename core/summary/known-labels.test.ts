import { describe, expect, it, vi } from 'vitest';
import { ACTIVE_MODEL_KEY, type HeadReference } from '../activation/active-model.ts';
import { InvalidInputError } from '../errors.ts';
import { type Head, HeadError } from '../heads/head.ts';
import { storeHead } from '../heads/stored-heads.ts';
import { HEADS_PREFIX } from '../keys/head-key.ts';
import { MODEL } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import type { CountedExams } from './counted-exams.ts';
import { emptyTally } from './exam-tally.ts';
import { KnownLabels } from './known-labels.ts';

function head(name: string, ...labels: readonly string[]): Head {
  return {
    ...{ format: 1, name, feature: 'visual', kind: 'multi-label', normalize: false, trained: false },
    labels: labels.map((label) => ({
      ...{ name: label, weights: [1, 2], bias: 0, threshold: 0.5, calibration: { kind: 'none' as const } },
    })),
    ...{ provenance: 'made up', intendedUse: 'tests' },
  };
}

/** Active heads, heads that are only stored, and a program in which `myopia` was counted. */
async function labels(heads: readonly (Head | HeadReference)[], ...stored: readonly Head[]) {
  const temporary = await temporaryHome();
  const { objects } = temporary.home;
  const references: HeadReference[] = [];
  for (const one of heads) references.push('id' in one ? one : await storeHead(objects, one));
  for (const one of stored) await storeHead(objects, one);
  await objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify({ ...MODEL, heads: references })));
  const tally = { ...emptyTally(), labels: { myopia: { exams: 2, positive: 1 } } };
  const of = vi.fn<CountedExams['of']>().mockResolvedValue({ schema: 'exam-count/2', at: 0, took: 0, tally });
  const known = new KnownLabels(objects, { of } as unknown as CountedExams);
  const get = vi.spyOn(objects, 'get');
  const reads = () => get.mock.calls.filter(([key]) => key.startsWith(HEADS_PREFIX)).length;
  return { objects, known, of, reads, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
}

describe('a label that exams are filtered by', () => {
  it('may be of an active head, and then nothing is counted', async () => {
    await using run = await labels([head('odir', 'amd'), head('dr', 'referable', 'proliferative')]);
    for (const label of ['amd', 'proliferative']) await run.known.require('north', label);
    expect(run.of).not.toHaveBeenCalled();
    expect(run.reads()).toBe(2);
  });

  it('may be one that was counted in the program', async () => {
    await using run = await labels([]);
    await run.known.require('north', 'myopia');
    expect(run.of.mock.calls).toEqual([['north']]);
  });

  it('may be of a head that is only stored, on whatever page it is listed, and is read once', async () => {
    await using run = await labels([], head('a', 'amd'), head('b', 'cataract'), head('c', 'glaucoma'));
    const list = run.objects.list.bind(run.objects);
    vi.spyOn(run.objects, 'list').mockImplementation((prefix, page) => list(prefix, { ...page, limit: 1 }));
    for (const label of ['amd', 'cataract', 'glaucoma']) await run.known.require('north', label);
    expect(run.reads()).toBe(3);
  });

  it('is refused with those that are near where no exam can have it', async () => {
    await using run = await labels([head('odir', 'glaucoma')], head('b', 'cataract'));
    const requiring = run.known.require('north', 'glaucome');
    await expect(requiring).rejects.toThrow(InvalidInputError);
    await expect(requiring).rejects.toThrow(
      /^No finding of program "north" has the label "glaucome"\..*"glaucoma"/,
    );
    await expect(run.known.require('north', 'myopi')).rejects.toThrow(/"myopia"/);
  });

  it('is not known by an active head that is stored nowhere', async () => {
    await using run = await labels([{ name: 'lost', id: 'f'.repeat(32) }, head('odir', 'amd')]);
    await run.known.require('north', 'amd');
    await expect(run.known.require('north', 'dr')).rejects.toThrow(InvalidInputError);
  });

  it('is told by another fault where heads cannot be read', async () => {
    await using run = await labels([head('odir', 'amd')], head('b', 'cataract'));
    vi.spyOn(run.objects, 'get').mockImplementation(async (key) => {
      if (key === ACTIVE_MODEL_KEY)
        return {
          content: Buffer.from(JSON.stringify({ ...MODEL, heads: [{ name: 'odir', id: 'x' }] })),
        } as never;
      throw new Error('no connection');
    });
    await expect(run.known.require('north', 'amd')).rejects.toThrow('no connection');
  });

  it('is told by the stored head that is damaged', async () => {
    await using run = await labels([]);
    await run.objects.put(`${HEADS_PREFIX}x.json`, Buffer.from('{'));
    await expect(run.known.require('north', 'amd')).rejects.toThrow(HeadError);
    await expect(run.known.require('north', 'amd')).rejects.toThrow(`"${HEADS_PREFIX}x.json" is not JSON`);
  });
});
