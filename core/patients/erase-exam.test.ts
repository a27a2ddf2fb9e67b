import { describe, expect, it, vi } from 'vitest';
import { type ErasureRecord, NOTHING_ERASED } from '../erasures/erasure-record.ts';
import { ObjectChangedError, RevisionConflictError } from '../errors.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { FeaturesReference } from '../exams/exam-result.ts';
import { recordKey } from '../reconciliation/stored-record.ts';
import { formerResultKey } from '../records/former-results.ts';
import { EXAM, gradableEye, imageVersion } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { eraseExam } from './erase-exam.ts';
import { eraseLeftovers } from './erase-leftovers.ts';

const LEFT = imageVersion('left', 1);
const resultOf = (requestId: string, features: FeaturesReference | null) => ({
  ...{ requestId, policy: 'p', screenedAt: '2026-05-01T12:00:00.000Z', outcome: 'refer', features },
  ...{ model: 'm1', preprocessing: 'squash', heads: [], findings: [], flags: [] },
  eyes: { left: gradableEye(LEFT, 'left'), right: null },
  runtime: { runtime: 'test', provider: 'cpu', precision: 'fp32' },
});
const place = (name: string, row: number) => ({ shard: `features/m1/${name}.safetensors`, row });

function recordOf(change: object = {}): ExamRecord {
  const image = { ...LEFT, laterality: 'left', field: null, state: 'current' };
  return {
    ...EXAM,
    revision: 1,
    images: [image],
    result: null,
    request: null,
    ...change,
  } as unknown as ExamRecord;
}

/** A home whose exams and features say what they were asked, and answer as told. */
async function answering(options: {
  readonly erased?: readonly string[];
  readonly removals?: readonly (Error | null)[];
  readonly found?: ExamRecord;
}) {
  const temporary = await temporaryHome();
  const asked: string[] = [];
  const removals = [...(options.removals ?? [])];
  const home = {
    ...temporary.home,
    features: {
      erase: async ({ shard, row }: FeaturesReference) => {
        asked.push(`erase ${shard}#${row}`);
        return options.erased?.includes(`${shard}#${row}`) ? 'erased' : 'erased-before';
      },
    },
    exams: {
      get: async () => options.found,
      listByPatient: async () => ({ items: [] }),
      remove: async ({ revision }: ExamRecord) => {
        asked.push(`remove ${revision}`);
        const error = removals.shift();
        if (error != null) throw error;
      },
    },
    vectors: {
      remove: async (program: string, patient: string, exams: readonly string[]) =>
        void asked.push(`unindex ${program}/${patient}/${exams}`),
    },
  };
  const dispose = () => temporary[Symbol.asyncDispose]();
  return { home: home as never, objects: temporary.home.objects, asked, [Symbol.asyncDispose]: dispose };
}

const conflict = () => new RevisionConflictError('Somebody else was faster.');

describe('an exam that is erased', () => {
  it('loses each row that its results name once, its moved images, its place in the search, and then its record', async () => {
    const erased = ['features/m1/a.safetensors#1', 'features/m1/a.safetensors#2'];
    await using run = await answering({ erased });
    const { objects } = run;
    for (const [id, at] of [
      ['former', place('a', 2)],
      ['again', place('a', 1)],
      ['other', place('b', 1)],
      ['none', null],
    ] as const)
      await objects.put(formerResultKey(EXAM, id), Buffer.from(JSON.stringify(resultOf(id, at))));
    const moved = await objects.put('images/north/P0/2026-05-01/left.jpg', Buffer.from('moved'));
    const stays = await objects.put('images/north/P0/2026-05-01/right.jpg', Buffer.from('stays'));
    const images = [
      { ...recordOf().images[0], movedFrom: { key: moved.key, versionId: moved.versionId } },
      { ...recordOf().images[0], movedFrom: { key: stays.key, versionId: null } },
      recordOf().images[0],
    ];
    const record = recordOf({ images, result: resultOf('r1', place('a', 1)), reviews: [{}, {}] });
    expect(await eraseExam(run.home, record)).toEqual({
      ...NOTHING_ERASED,
      ...{ exams: 1, results: 5, reviews: 2, images: 2, features: 2 },
    });
    expect(run.asked.toSorted()).toEqual([
      'erase features/m1/a.safetensors#1',
      'erase features/m1/a.safetensors#2',
      'erase features/m1/b.safetensors#1',
      'remove 1',
      'unindex north/P1/2026-05-01',
    ]);
    expect(run.asked.at(-1)).toBe('remove 1');
    expect(await objects.head(moved.key)).toBeUndefined();
    expect(await objects.head(stays.key)).toBeDefined();
    expect((await objects.listVersions('results/', { limit: 9 })).items).toEqual([]);
  });

  it('is read again where somebody changed it meanwhile, and not counted twice', async () => {
    const found = recordOf({ revision: 7, result: resultOf('r2', place('b', 3)) });
    await using run = await answering({
      ...{ erased: ['features/m1/a.safetensors#1', 'features/m1/b.safetensors#3'], found },
      removals: [conflict()],
    });
    const erased = await eraseExam(run.home, recordOf({ result: resultOf('r1', place('a', 1)) }));
    expect(erased).toMatchObject({ exams: 1, results: 1, features: 2 });
    expect(run.asked.filter((call) => call.startsWith('remove'))).toEqual(['remove 1', 'remove 7']);
  });

  it('is no longer there where somebody else erased it meanwhile: what was found of it counts', async () => {
    await using run = await answering({ erased: ['features/m1/a.safetensors#1'], removals: [conflict()] });
    const erased = await eraseExam(run.home, recordOf({ result: resultOf('r1', place('a', 1)) }));
    expect(erased).toEqual({ ...NOTHING_ERASED, features: 1 });
  });

  it('is tried twenty times, and once where it is no rival that fails it', async () => {
    const removals = Array.from({ length: 30 }, conflict);
    await using rivals = await answering({ removals, found: recordOf() });
    await expect(eraseExam(rivals.home, recordOf())).rejects.toThrow(RevisionConflictError);
    expect(rivals.asked.filter((call) => call.startsWith('remove'))).toHaveLength(20);
    await using broken = await answering({ removals: [new Error('no connection')], found: recordOf() });
    await expect(eraseExam(broken.home, recordOf())).rejects.toThrow('no connection');
    expect(broken.asked.filter((call) => call.startsWith('remove'))).toHaveLength(1);
  });
});

describe('what the reconciler has found of an erased patient', () => {
  const erasure: ErasureRecord = {
    ...{ schema: 'erasure/1', state: 'running', receipt: 'r', program: 'north', patient: 'P1', by: 'anna' },
    ...{ startedAt: '2026-05-01T10:00:00.000Z', seenAt: '2026-05-01T10:00:00.000Z', since: '2026-05-01' },
    ...{ exams: [], contents: [], requests: [], erased: NOTHING_ERASED, lookAgainAt: null },
  };

  it('is forgotten though a reconciliation writes at the same time, and not where the store fails', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    const key = recordKey({ program: 'north', isDry: false });
    const at = '2026-05-01T09:00:00.000Z';
    const findings = { 'exam-overdue': { found: 1, done: 1, examples: ['north/P1/2026-05-01'] } };
    const stages = { 'waiting-exams': { startedAt: at, finishedAt: at, looked: 1, findings } };
    const record = JSON.stringify({ schema: 'reconciliation/1', stages, run: null });
    await home.objects.put(key, Buffer.from(record));
    const genuine = home.objects.put.bind(home.objects);
    let rivals = 2;
    const put = vi.spyOn(home.objects, 'put').mockImplementation((to, ...rest) => {
      if (to === key && rivals > 0) {
        rivals -= 1;
        return Promise.reject(new ObjectChangedError(to, 'v'));
      }
      return genuine(to, ...rest);
    });
    await eraseLeftovers(home, erasure, false);
    expect(put.mock.calls.filter(([to]) => to === key)).toHaveLength(3);
    const text = Buffer.from((await home.objects.get(key)).content).toString();
    expect(text).not.toContain('P1');
    expect(JSON.parse(text).stages['waiting-exams'].findings['exam-overdue']).toMatchObject({ found: 1 });
    put.mockRejectedValue(new Error('no connection'));
    await expect(eraseLeftovers(home, erasure, false)).rejects.toThrow('no connection');
  });
});
