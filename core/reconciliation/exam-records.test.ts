import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { EXAM } from '../testing/records.ts';
import { reconciled } from './testing/reconciled.ts';
import { putShard } from './testing/shards.ts';

const HOUR = 3_600;
const RECORDS = { stages: { only: ['exam-records', 'search-index'] } } as const;

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
});
afterEach(() => run[Symbol.asyncDispose]());

async function screened() {
  const shard = await putShard(run.home.features, [{ exam: EXAM, requestId: 'r' }]);
  run.features = { shard, row: 0 };
  const left = await run.upload('left', 'the left eye');
  const right = await run.upload('right', 'the right eye, longer');
  await run.settle();
  run.pass(901);
  await run.settle();
  const vector = Float32Array.of(0.6, 0.8);
  const of = {
    key: EXAM,
    model: 'm1',
    vector,
    outcome: 'refer',
    screenedAt: '2026-05-01T12:00:00.000Z',
  } as const;
  await run.home.vectors.put([of]);
  run.pass(2 * HOUR);
  return { left, right, shard, indexed: of };
}

function fileOf(sha256: string): string {
  return join(run.home.folder.contents, sha256.slice(0, 2), sha256);
}

describe('an exam', () => {
  it('of which everything is there is not found', async () => {
    await screened();
    expect(await reconciled(run.home, run.now(), RECORDS)).toEqual({});
  });

  it.each([
    ['is gone', (path: string) => rm(path)],
    ['is cut', (path: string) => truncate(path, 3)],
  ])('whose photograph %s is shown, by version', async (_, damage) => {
    const { right } = await screened();
    await damage(fileOf(right.sha256));
    expect(await reconciled(run.home, run.now(), RECORDS)).toEqual({
      'image-unreadable': { found: 1, done: 0, examples: [`${right.key}#${right.versionId}`] },
    });
  });

  it('whose replaced photograph is gone is shown apart: it no longer counts', async () => {
    const { left } = await screened();
    await run.upload('left', 'a retake of the left eye');
    await run.settle();
    run.pass(2 * HOUR);
    await run.home.objects.deleteVersion(left.key, left.versionId ?? '');
    expect(await reconciled(run.home, run.now(), RECORDS)).toEqual({
      'former-image-unreadable': { found: 1, done: 0, examples: [`${left.key}#${left.versionId}`] },
    });
  });

  it('whose features are gone is shown, and not indexed', async () => {
    const { indexed, shard } = await screened();
    await run.home.vectors.remove('north', indexed.key.patient, [EXAM.exam]);
    await run.home.features.remove(shard);
    expect(await reconciled(run.home, run.now(), RECORDS)).toEqual({
      'features-missing': { found: 1, done: 0, examples: ['north/P1/2026-05-01'] },
    });
  });

  it('that the search does not know is indexed again', async () => {
    await screened();
    await run.home.vectors.remove('north', 'P1', [EXAM.exam]);
    expect(await reconciled(run.home, run.now(), RECORDS)).toEqual({
      'exam-unindexed': { found: 1, done: 1, examples: ['north/P1/2026-05-01'] },
    });
    const [message] = await run.receive('indexing');
    expect(JSON.parse(message?.body ?? '')).toMatchObject({ type: 'ExamScreened', exam: EXAM });
  });

  it('that the search knows and the table does not is forgotten by the search', async () => {
    const { indexed } = await screened();
    const gone = { ...EXAM, patient: 'erased' };
    await run.home.vectors.put([{ ...indexed, key: gone }]);
    expect(await reconciled(run.home, run.now(), RECORDS)).toEqual({
      'vector-without-exam': { found: 1, done: 1, examples: ['north/erased/2026-05-01'] },
    });
    expect(await run.home.vectors.vectorOf(gone, 'm1')).toBeUndefined();
    expect(await run.home.vectors.vectorOf(EXAM, 'm1')).toBeDefined();
  });

  it('that was asked for with other images than count is asked for again', async () => {
    await screened();
    const record = await run.exam();
    if (record === undefined) throw new Error('Expected an exam.');
    // As a fault, or a restored table, might leave it: the right eye counts and was never asked for.
    const images = record.request?.images.filter(({ laterality }) => laterality === 'left') ?? [];
    await run.home.exams.save({ ...record, request: record.request && { ...record.request, images } });
    expect(await reconciled(run.home, run.now(), RECORDS)).toMatchObject({
      'exam-outdated': { found: 1, done: 1 },
    });
    expect(await run.deliver('intake')).toBe(1);
  });

  it('whose record is damaged hides no other, and a table that cannot be reached does not count as damage', async () => {
    const { right } = await screened();
    await run.upload('left', 'of another', { ...EXAM, patient: 'P2' });
    await run.settle();
    run.pass(901);
    await run.settle();
    await rm(fileOf(right.sha256));
    const get = run.home.exams.get.bind(run.home.exams);
    run.home.exams.get = async (key) => {
      if (key.patient === 'P2') throw new Error('The record is damaged.');
      return get(key);
    };
    expect(await reconciled(run.home, run.now(), RECORDS)).toMatchObject({
      'record-unreadable': { found: 1, examples: ['north/P2/2026-05-01'] },
      'image-unreadable': { found: 1 },
    });
    run.home.exams.get = async () => {
      throw new Error('The table cannot be reached.');
    };
    await expect(reconciled(run.home, run.now(), RECORDS)).rejects.toThrow('cannot be reached');
  });
});
