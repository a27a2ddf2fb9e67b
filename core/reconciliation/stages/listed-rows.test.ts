import { describe, expect, it } from 'vitest';
import { ObjectNotFoundError } from '../../errors.ts';
import { listFeatureRows } from '../../features/feature-rows.ts';
import { shardOf } from '../../features/write-shard.ts';
import type { FeatureRow, FeatureStore, ListedRow, ObjectStore } from '../../ports/index.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import { Sweep } from '../sweep.ts';
import { reconciled } from '../testing/reconciled.ts';
import { batchOf } from '../testing/shards.ts';
import { listedRows, SHARDS_AT_ONCE } from './listed-rows.ts';

const DAY = 24 * 3_600_000;
const ONLY = { stages: { only: ['listed-rows'] } } as const;

const shard = (name: string) => `features/m1/2026/05/01/${name}-listed.safetensors`;
const rowOf = (patient: string, name: string, row: number): FeatureRow => ({
  exam: { program: 'north', patient, exam: '2026-05-01' },
  ...{ requestId: `r-${patient}`, place: { shard: shard(name), row } },
});

/** Puts a shard among the objects under its name: a feature store would list its rows as well. */
async function putShard(objects: ObjectStore, name: string, patients: readonly string[]): Promise<void> {
  const rows = patients.map((patient, row) => rowOf(patient, name, row));
  await objects.put(shard(name), shardOf(batchOf(rows)));
}

describe('rows on the lists of their patients', () => {
  /** A row of a shard that is stored, and two of one that is not, all listed now. */
  async function lists() {
    const temporary = await temporaryHome();
    const { home } = temporary;
    await listFeatureRows(home.objects, [
      rowOf('A', 'there', 0),
      rowOf('A', 'gone', 3),
      rowOf('B', 'gone', 4),
    ]);
    await putShard(home.objects, 'there', ['A']);
    const left = async () => {
      const { items } = await home.features.listedRows({ limit: 100 });
      return items.map(({ exam, place }) => `${exam.patient} ${place.shard}#${place.row}`);
    };
    const after = (days: number, change = {}) =>
      reconciled(home, Date.now() + days * DAY, { ...ONLY, ...change });
    return { home, left, after, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
  }

  it('are forgotten two days after they were listed where their shard is gone, and stay where it is there', async () => {
    await using run = await lists();
    expect(await run.after(1.9)).toEqual({});
    expect(await run.left()).toHaveLength(3);
    const examples = [`${shard('gone')}#3`, `${shard('gone')}#4`];
    expect(await run.after(2.1, { isDry: true })).toEqual({
      'listed-row-without-shard': { found: 2, done: 0, examples },
    });
    expect(await run.left()).toHaveLength(3);
    expect(await run.after(2.1)).toEqual({
      'listed-row-without-shard': { found: 2, done: 2, examples },
    });
    expect(await run.left()).toEqual([`A ${shard('there')}#0`]);
    expect(await run.after(400)).toEqual({});
    // Of an entry, no version is left.
    const versions = await run.home.objects.listVersions('feature-rows/', { limit: 9 });
    expect(versions.items.map(({ key }) => key)).toEqual([
      'feature-rows/north/A/2026-05-01/r-A/0/m1/2026/05/01/there',
    ]);
  });

  it('of a shard that nothing names go in the run that removes it', async () => {
    await using run = await lists();
    expect(await run.after(3, { stages: 'all' })).toMatchObject({
      'feature-shard-unnamed': { done: 1, examples: [shard('there')] },
      'listed-row-without-shard': { done: 3 },
    });
    expect(await run.left()).toEqual([]);
  });

  it('stay where their shard is damaged: it is there', async () => {
    await using run = await lists();
    await run.home.objects.put(shard('there'), Buffer.from('half writ'));
    expect(await run.after(3)).toMatchObject({ 'listed-row-without-shard': { done: 2 } });
    expect(await run.left()).toEqual([`A ${shard('there')}#0`]);
  });

  it('stay where their shard was stored after its names were listed: a run may be cut short for days', async () => {
    await using run = await lists();
    let steps = 1;
    const isFirst = () => {
      steps -= 1;
      return steps >= 0;
    };
    await run.after(0, { mayGoOn: isFirst });
    await putShard(run.home.objects, 'gone', ['P0', 'P1', 'P2', 'A', 'B']);
    expect(await run.after(3)).toEqual({});
    expect(await run.left()).toHaveLength(3);
  });

  it('stay where the store cannot be reached', async () => {
    await using run = await lists();
    run.home.features.requestsOf = async () => {
      throw new Error('no connection');
    };
    await expect(run.after(3)).rejects.toThrow('no connection');
    expect(await run.left()).toHaveLength(3);
  });

  it('of one program are not looked at: shards are of several', async () => {
    await using run = await lists();
    expect(await run.after(3, { program: 'north', stages: 'all' })).toEqual({});
    expect(await run.left()).toHaveLength(3);
  });
});

/** Names and rows in memory, a page at a time, and which calls were made. */
function fakeFeatures(stored: readonly string[], rows: ListedRow[]) {
  const calls = { shards: 0, listedRows: 0, requestsOf: 0 };
  const pageOf = <Item>(items: readonly Item[], { limit, cursor }: { limit: number; cursor?: string }) => {
    const from = Number(cursor ?? 0);
    const end = from + limit;
    return { items: items.slice(from, end), ...(end < items.length ? { cursor: String(end) } : {}) };
  };
  const forgotten: string[] = [];
  const features: Partial<FeatureStore> = {
    async shards(page) {
      calls.shards += 1;
      const named = stored.map((one) => ({ shard: one, storedAt: new Date(0), day: null, isListed: true }));
      return pageOf(named, page);
    },
    async listedRows(page) {
      calls.listedRows += 1;
      return pageOf(rows, page);
    },
    async requestsOf(name) {
      calls.requestsOf += 1;
      if (stored.includes(name)) return [];
      throw new ObjectNotFoundError(name);
    },
    async forget({ place }) {
      forgotten.push(place.shard);
    },
  };
  return { features: features as FeatureStore, calls, forgotten };
}

describe('lists of more rows than one round has shards', () => {
  it('are compared with the names of 20,000 shards at a time, each row with those around its own', async () => {
    await using temporary = await temporaryHome();
    const numbered = (at: number) => shard(String(at).padStart(6, '0'));
    // Every even number is stored: names between them, before the first and behind the last are gone.
    const count = SHARDS_AT_ONCE + 5;
    const stored = Array.from({ length: count }, (_, at) => numbered(2 * at + 2));
    const end = 2 * count;
    const gone = [1, 3, 2 * SHARDS_AT_ONCE - 1, 2 * SHARDS_AT_ONCE + 1, end - 1, end + 1].map(numbered);
    const there = [2, 2 * SHARDS_AT_ONCE, 2 * SHARDS_AT_ONCE + 2, end].map(numbered);
    const rows = [...gone, ...there].map((name, row) => ({
      ...{ ...rowOf('A', 'x', row), place: { shard: name, row } },
      listedAt: new Date('2026-05-01'),
    }));
    const fake = fakeFeatures(stored, rows);
    const sweep = new Sweep({
      ...{ home: { ...temporary.home, features: fake.features }, program: null, isDry: false, waiting: {} },
      ...{ now: new Date('2026-06-01'), answersNow: 0, findings: {}, looked: 0 },
    });
    let steps = 0;
    let place: typeof listedRows.begin | null = listedRows.begin;
    while (place !== null) {
      expect(listedRows.position.parse(JSON.parse(JSON.stringify(place)))).toEqual(place);
      place = await listedRows.step(sweep, place);
      steps += 1;
      expect(steps).toBeLessThan(60);
    }
    expect(fake.forgotten.toSorted()).toEqual(gone);
    expect(sweep.findings['listed-row-without-shard']).toMatchObject({ found: 6, done: 6 });
    expect(sweep.looked).toBe(10);
    // A list for each thousand shards, one of the rows for each round, and a look at each shard that seems gone.
    expect(fake.calls).toEqual({ shards: 21, listedRows: 2, requestsOf: 6 });
  });
});
