import { describe, expect, it, vi } from 'vitest';
import { ACTIVE_MODEL_KEY, type ActiveModel } from '../activation/active-model.ts';
import { ConfigurationError, InvalidInputError } from '../errors.ts';
import type { ObjectStore } from '../ports/index.ts';
import { MODEL } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { promoteHeads, readActiveModel, rollBackHeads, withLiveHeads } from './promotion.ts';
import { startShadow, stopShadow } from './shadow-heads.ts';

const NOW = new Date('2026-05-01T08:00:00.000Z');
const head = (name: string, id: string) => ({ name, id });
const LIVE = head('odir', 'h1');

async function activated(active: Partial<ActiveModel> = {}) {
  const temporary = await temporaryHome();
  const { objects } = temporary.home;
  await objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify({ ...MODEL, ...active })));
  return { objects, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
}

const entries = async (objects: ObjectStore) =>
  (await objects.list('models/active/', { limit: 99 })).items.map(({ key }) => key);

describe('a promotion', () => {
  it('takes the place of the live head of its name, and is written down with before and after', async () => {
    await using run = await activated({ heads: [LIVE, head('myopia', 'h2')] });
    const { objects } = run;
    const better = head('odir', 'h9');
    const entry = await promoteHeads(objects, [better], { model: 'm1' }, 'anna', NOW);
    const to = { ...MODEL, heads: [head('myopia', 'h2'), better], promotion: 1 };
    expect(entry).toEqual({
      ...{ schema: 'promotion/1', number: 1, kind: 'promote', at: NOW.toISOString(), by: 'anna', to },
      from: { ...MODEL, heads: [LIVE, head('myopia', 'h2')] },
    });
    expect(await readActiveModel(objects)).toEqual(to);
    const [key] = await entries(objects);
    expect(key).toBe('models/active/000001.json');
    const { content } = await objects.get(String(key));
    expect(JSON.parse(Buffer.from(content).toString())).toEqual(entry);
  });

  it('is taken back, and the one before it when that is asked for again', async () => {
    await using run = await activated();
    const { objects } = run;
    await promoteHeads(objects, [head('odir', 'h2')], { model: 'm1' }, 'anna', NOW);
    await promoteHeads(objects, [head('odir', 'h3')], { model: 'm1' }, 'anna', NOW);
    expect(await rollBackHeads(objects, 'anna', NOW)).toMatchObject({ number: 3, kind: 'rollback' });
    expect(await readActiveModel(objects)).toMatchObject({ heads: [head('odir', 'h2')], promotion: 1 });
    await rollBackHeads(objects, 'anna', NOW);
    expect(await readActiveModel(objects)).toEqual(MODEL);
    await expect(rollBackHeads(objects, 'anna', NOW)).rejects.toThrow(InvalidInputError);
    await expect(rollBackHeads(objects, 'anna', NOW)).rejects.toThrow('No heads were promoted on model m1');
    expect(await entries(objects)).toHaveLength(4);
  });

  it('says that nothing is assessed only as long as its heads were found to assess nothing', async () => {
    await using run = await activated();
    const promote = (name: string, featuresOnly?: boolean) =>
      promoteHeads(
        run.objects,
        [head(name, name)],
        { model: 'm1', ...(featuresOnly !== undefined && { featuresOnly }) },
        'anna',
        NOW,
      );
    expect((await promote('a', true)).to.featuresOnly).toBe(true);
    expect((await promote('b', false)).to).not.toHaveProperty('featuresOnly');
    expect((await promote('c', true)).to.featuresOnly).toBe(true);
    expect((await promote('d')).to).not.toHaveProperty('featuresOnly');
  });

  it('is refused where another model is active, or none', async () => {
    await using run = await activated();
    const promoting = promoteHeads(run.objects, [head('odir', 'h2')], { model: 'm2' }, 'anna', NOW);
    await expect(promoting).rejects.toThrow('checked against model m2, but m1 is active now');
    await expect(promoting).rejects.toThrow(InvalidInputError);
    expect(await entries(run.objects)).toEqual([]);
    await using none = await temporaryHome();
    await expect(rollBackHeads(none.home.objects, 'anna', NOW)).rejects.toThrow(ConfigurationError);
    await expect(readActiveModel(none.home.objects)).rejects.toThrow('"models/active.json" is missing');
  });

  it('gives way to one of the same moment, and is made on top of it', async () => {
    await using run = await activated();
    const { objects } = run;
    const genuine = objects.list.bind(objects);
    vi.spyOn(objects, 'list').mockImplementationOnce(async (...words) => {
      const before = await genuine(...words);
      await promoteHeads(objects, [head('myopia', 'h2')], { model: 'm1' }, 'bert', NOW);
      return before;
    });
    const entry = await promoteHeads(objects, [head('amd', 'h3')], { model: 'm1' }, 'anna', NOW);
    expect(entry.number).toBe(2);
    expect(entry.to.heads.map(({ name }) => name)).toEqual(['odir', 'myopia', 'amd']);
  });

  it('ends after twenty attempts', async () => {
    await using run = await activated();
    const { objects } = run;
    await promoteHeads(objects, [head('amd', 'h3')], { model: 'm1' }, 'anna', NOW);
    const list = vi.spyOn(objects, 'list').mockResolvedValue({ items: [] });
    const promoting = promoteHeads(objects, [head('odir', 'h2')], { model: 'm1' }, 'anna', NOW);
    await expect(promoting).rejects.toThrow(/Others change the active heads over and over/);
    expect(list).toHaveBeenCalledTimes(20);
  });

  it('is numbered behind all, however many pages of them there are', async () => {
    await using run = await activated();
    const page = (number: string, cursor?: string) => ({
      items: [{ key: `models/active/${number}.json` }],
      cursor,
    });
    vi.spyOn(run.objects, 'list')
      .mockResolvedValueOnce(page('000999', 'c') as never)
      .mockResolvedValueOnce(page('001003') as never);
    const { number } = await promoteHeads(run.objects, [head('amd', 'h3')], { model: 'm1' }, 'anna', NOW);
    expect(number).toBe(1_004);
  });
});

describe('heads in shadow', () => {
  const names = ({ shadow }: ActiveModel) => shadow?.heads.map(({ name, id }) => `${name} ${id}`);

  it('are tried until they are stopped, the newer of one name in place of the older', async () => {
    await using run = await activated();
    const { objects } = run;
    const started = await startShadow(objects, [head('amd', 'a1'), head('dr', 'd1')], 'm1', 'anna', NOW);
    expect(started).toMatchObject({ kind: 'shadow', number: 1, by: 'anna' });
    expect(started.to.shadow?.since).toBe(NOW.toISOString());
    expect(started.to.heads).toEqual([LIVE]);
    const { to } = await startShadow(objects, [head('amd', 'a2')], 'm1', 'anna', NOW);
    expect(names(to)).toEqual(['dr d1', 'amd a2']);
    const stopped = await stopShadow(objects, ['dr'], 'anna', NOW);
    expect(stopped).toMatchObject({ kind: 'shadow', number: 3 });
    expect(names(stopped.to)).toEqual(['amd a2']);
    expect((await stopShadow(objects, [], 'anna', NOW)).to).toEqual(MODEL);
    await expect(stopShadow(objects, [], 'anna', NOW)).rejects.toThrow('No head is in shadow');
  });

  it('are all stopped where none is named, and none where one is unknown', async () => {
    await using run = await activated();
    const { objects } = run;
    await startShadow(objects, [head('amd', 'a1'), head('dr', 'd1')], 'm1', 'anna', NOW);
    const stopping = stopShadow(objects, ['amd', 'x'], 'anna', NOW);
    await expect(stopping).rejects.toThrow('Head "x" is not in shadow; these are: "amd", "dr".');
    await expect(stopping).rejects.toThrow(InvalidInputError);
    expect(names(await readActiveModel(objects))).toEqual(['amd a1', 'dr d1']);
    expect((await stopShadow(objects, [], 'anna', NOW)).to).not.toHaveProperty('shadow');
  });

  it('are refused where one is live, the model is another, or they are more than twenty', async () => {
    await using run = await activated();
    const { objects } = run;
    const start = (heads: readonly ReturnType<typeof head>[], model = 'm1') =>
      startShadow(objects, heads, model, 'anna', NOW);
    await expect(start([head('x', 'x'), LIVE])).rejects.toThrow(
      'Head "odir" is live: there is nothing to try.',
    );
    await using two = await activated({ heads: [LIVE, head('dr', 'd1')] });
    const trying = startShadow(two.objects, [head('dr', 'd1')], 'm1', 'anna', NOW);
    await expect(trying).rejects.toThrow('Head "dr" is live');
    await expect(start([head('x', 'x')], 'm2')).rejects.toThrow(InvalidInputError);
    const many = Array.from({ length: 20 }, (_, index) => head(`n${index}`, `i${index}`));
    await start(many);
    await expect(start([head('one-more', 'i')])).rejects.toThrow('at most 20 heads in shadow, not 21');
  });

  it('stay there over a promotion and its end, but for those that became live', async () => {
    await using run = await activated();
    const { objects } = run;
    await startShadow(objects, [head('amd', 'a1'), head('dr', 'd1')], 'm1', 'anna', NOW);
    const promoted = await promoteHeads(objects, [head('amd', 'a1')], { model: 'm1' }, 'anna', NOW);
    expect(names(promoted.to)).toEqual(['dr d1']);
    expect(promoted.to.shadow?.since).toBe(NOW.toISOString());
    const second = await promoteHeads(objects, [head('dr', 'd1')], { model: 'm1' }, 'anna', NOW);
    expect(second.to).not.toHaveProperty('shadow');
    const back = await rollBackHeads(objects, 'anna', NOW);
    expect(back.to.heads.map(({ name }) => name)).toEqual(['odir', 'amd']);
    expect(back.to).not.toHaveProperty('shadow');
  });
});

it('adds heads to the live ones, each name once', () => {
  const active = { heads: [LIVE, head('dr', 'd1')] };
  expect(withLiveHeads([head('dr', 'd2'), head('amd', 'a1')], active)).toEqual([
    ...[LIVE, head('dr', 'd2'), head('amd', 'a1')],
  ]);
});
