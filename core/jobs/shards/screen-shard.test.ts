import { describe, expect, it, vi } from 'vitest';
import { registeredExam, screenedExam } from '../../../test/conformance/exam-records.ts';
import type { ExamKey } from '../../exams/exam-key.ts';
import type { Outcome } from '../../exams/outcome.ts';
import { withPreparedImages } from '../../testing/prepared-exam.ts';
import { MODEL, TERMS } from '../../testing/records.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import type { ManifestLine } from '../job-plan.ts';
import type { JobRecord } from '../job-record.ts';
import { type ScreenShardOptions, screenShard } from './screen-shard.ts';

const AT = '2026-05-01T00:00:00.000Z';
const keyOf = (patient: string): ExamKey => ({ program: 'north', patient, exam: '1' });
const line = (patient: string, problem?: string): ManifestLine => ({
  ...{ patient, exam: '1', base: null, features: null },
  ...(problem === undefined ? {} : { problem }),
});

const JOB: JobRecord = {
  ...{ schema: 'job/1', program: 'north', job: 'j1', mode: 'screen', selection: {}, createdAt: AT },
  ...{ createdBy: 'anna', model: MODEL.model, preprocessing: MODEL.preprocessing, heads: MODEL.heads },
  ...{ shadow: false, schedule: null },
};

/** Exams that were screened by another model, and a worker that answers as the test says. */
async function shardOf(patients: readonly string[]) {
  const temporary = await temporaryHome();
  const { home } = temporary;
  for (const patient of patients) {
    const exam = screenedExam(registeredExam(keyOf(patient), AT), 'recall', AT);
    await home.exams.save(await withPreparedImages(home, exam));
  }
  const asked: string[] = [];
  const answer = async (patient: string, outcome: Outcome) => {
    const record = await home.exams.get(keyOf(patient));
    if (record?.request == null || record.result === null) throw new Error('Nothing was asked.');
    const { requestId } = record.request;
    await home.exams.save({
      ...record,
      status: 'screened',
      result: { ...record.result, requestId, outcome },
    });
  };
  const run = (options: Partial<ScreenShardOptions> & Pick<ScreenShardOptions, 'lines'>) =>
    screenShard({
      ...{ home, job: JOB, terms: TERMS, shard: 3, patienceSeconds: 60, pricePerHour: 2 },
      signal: new AbortController().signal,
      screen: async ({ exam: { patient } }) => {
        asked.push(patient);
        await answer(patient, 'refer');
      },
      ...options,
    });
  return { home, asked, answer, run, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
}

describe("a shard's exams", () => {
  it('are asked for by the model of the job, and counted when they are answered', async () => {
    await using shard = await shardOf(['P1', 'P2']);
    const receipt = await shard.run({ lines: [line('P1'), line('P2')] });
    expect(receipt).toEqual({
      ...{
        schema: 'shard-receipt/1',
        shard: 3,
        done: 2,
        skipped: 0,
        superseded: 0,
        failed: [],
        compared: [],
      },
      moved: [{ from: 'recall', to: 'refer', exams: 2 }],
      ...{ workerSeconds: expect.any(Number), pricePerHour: 2 },
    });
    expect(shard.asked).toEqual(['P1', 'P2']);
    const { request } = (await shard.home.exams.get(keyOf('P1'))) ?? {};
    expect(request?.model).toEqual(MODEL);
    expect(request?.images.map(({ laterality, key }) => [laterality, key.split('/').at(-1)])).toEqual([
      ['left', 'left.jpg'],
      ['right', 'right.jpg'],
    ]);
  });

  it('are skipped where they have that very answer, and nothing is asked', async () => {
    await using shard = await shardOf(['P1']);
    await shard.run({ lines: [line('P1')] });
    const again = await shard.run({ lines: [line('P1')] });
    expect(again).toMatchObject({ done: 1, skipped: 1, failed: [], moved: [] });
    expect(shard.asked).toEqual(['P1']);
  });

  it.each(['request', 'result'] as const)(
    'are skipped where their %s alone tells that the answer is theirs',
    async (part) => {
      await using shard = await shardOf(['P1']);
      await shard.run({ lines: [line('P1')] });
      const record = await shard.home.exams.get(keyOf('P1'));
      if (record?.request == null || record.result === null) throw new Error('Expected an answer.');
      // Of the other part, a later job or a re-scoring has made another.
      const other = part === 'request' ? 'result' : 'request';
      await shard.home.exams.save({ ...record, [other]: { ...record[other], requestId: 'another' } });
      expect(await shard.run({ lines: [line('P1')] })).toMatchObject({ done: 1, skipped: 1 });
      expect(shard.asked).toEqual(['P1']);
    },
  );

  it('have moved nowhere where they had no answer before', async () => {
    await using shard = await shardOf([]);
    const { exams } = shard.home;
    const screened = screenedExam(registeredExam(keyOf('P1'), AT), 'refer', AT);
    const prepared = await withPreparedImages(shard.home, screened);
    await exams.save({ ...prepared, status: 'screening', result: null });
    const receipt = await shard.run({
      lines: [line('P1')],
      screen: async () => {
        const record = await exams.get(keyOf('P1'));
        if (record?.request == null || screened.result === null) throw new Error('Nothing was asked.');
        const { requestId } = record.request;
        await exams.save({ ...record, status: 'screened', result: { ...screened.result, requestId } });
      },
    });
    expect(receipt).toMatchObject({ done: 1, failed: [], moved: [] });
  });

  it('cost the seconds from the first to the receipt', async () => {
    await using shard = await shardOf(['P1']);
    vi.spyOn(performance, 'now').mockReturnValueOnce(5_000).mockReturnValue(12_500);
    const receipt = await shard.run({ lines: [line('P1')] });
    vi.restoreAllMocks();
    expect(receipt?.workerSeconds).toBe(7.5);
  });

  it('fail once each where more are open than are looked at in a round', async () => {
    const patients = Array.from({ length: 201 }, (_, index) => `P${index}`);
    await using shard = await shardOf(patients);
    const lines = patients.map((patient) => line(patient));
    const receipt = await shard.run({ lines, patienceSeconds: 0, screen: async () => undefined });
    expect(receipt?.done).toBe(0);
    expect(receipt?.failed.map(({ patient }) => patient).toSorted()).toEqual(patients.toSorted());
  });

  it('are asked for again under the same request where the first asker has died', async () => {
    await using shard = await shardOf(['P1']);
    const dying = shard.run({ lines: [line('P1')], screen: () => Promise.reject(new Error('died')) });
    await expect(dying).rejects.toThrow('died');
    const before = (await shard.home.exams.get(keyOf('P1')))?.request;
    const receipt = await shard.run({ lines: [line('P1')] });
    expect(receipt).toMatchObject({ done: 1, skipped: 0 });
    expect((await shard.home.exams.get(keyOf('P1')))?.request).toEqual(before);
  });

  it('fail with the reason that is known: a problem, an erasure, a worker that gives up', async () => {
    await using shard = await shardOf(['P2', 'P3', 'P4']);
    const receipt = await shard.run({
      lines: [line('P1', 'No photographs.'), line('P2'), line('P3'), line('P4'), line('P5')],
      screen: async ({ exam: { patient } }, fail) => {
        if (patient === 'P2') fail('It was buried.');
        else if (patient === 'P3') {
          const record = await shard.home.exams.get(keyOf('P3'));
          if (record !== undefined) await shard.home.exams.remove(record);
        } else await shard.answer(patient, 'recall');
      },
    });
    expect(receipt).toMatchObject({ done: 1, moved: [] });
    expect(receipt?.failed).toEqual([
      { patient: 'P1', exam: '1', reason: 'No photographs.' },
      // Erased: counted, and named no more.
      { patient: 'erased', exam: 'erased', reason: 'The exam was erased while the job ran.' },
      { patient: 'P2', exam: '1', reason: 'It was buried.' },
      { patient: 'erased', exam: 'erased', reason: 'The exam was erased while the job ran.' },
    ]);
  });

  it('fail when no exam has been answered for as long as the job has patience', async () => {
    await using shard = await shardOf(['P1']);
    const receipt = await shard.run({
      lines: [line('P1')],
      patienceSeconds: 0,
      screen: async () => undefined,
    });
    expect(receipt?.failed).toEqual([
      {
        patient: 'P1',
        exam: '1',
        reason: expect.stringMatching(/^Not answered for 0 s: .* queue screening/),
      },
    ]);
  });

  it('are waited for, and answered in whatever order', async () => {
    await using shard = await shardOf(['P1', 'P2']);
    const asked: string[] = [];
    const receipt = await shard.run({
      lines: [line('P1'), line('P2')],
      screen: async ({ exam: { patient } }) => {
        asked.push(patient);
        if (asked.length === 2) {
          setTimeout(() => void shard.answer('P2', 'recall'), 20);
          setTimeout(() => void shard.answer('P1', 'refer'), 300);
        }
      },
    });
    expect(receipt).toMatchObject({ done: 2, moved: [{ from: 'recall', to: 'refer', exams: 1 }] });
  });

  it('give no receipt when the job is stopped, before asking or while waiting', async () => {
    await using shard = await shardOf(['P1', 'P2']);
    const stopping = new AbortController();
    const screen = vi.fn(async () => stopping.abort());
    const lines = [line('P1'), line('P2')];
    expect(await shard.run({ lines, signal: stopping.signal, screen })).toBeNull();
    expect(screen).toHaveBeenCalledTimes(1);
    const waiting = new AbortController();
    const stop = async () => void setTimeout(() => waiting.abort(), 20);
    expect(await shard.run({ lines: [line('P2')], signal: waiting.signal, screen: stop })).toBeNull();
  });

  it('whose images could not be prepared fail with that reason, unless they have been prepared since', async () => {
    await using shard = await shardOf(['P1', 'P2']);
    const { home } = shard;
    const record = await home.exams.get(keyOf('P1'));
    if (record === undefined) throw new Error('Expected an exam.');
    const images = record.images.map(({ prepared, ...image }) =>
      image.laterality === 'right' ? image : { ...image, ...(prepared && { prepared }) },
    );
    await home.exams.save({ ...record, images });
    const unprepared = ['P1', 'P2'].map((patient) => ({ patient, exam: '1', reason: 'Not prepared.' }));
    const receipt = await shard.run({ lines: [line('P1'), line('P2')], unprepared });
    expect(receipt).toMatchObject({
      done: 1,
      failed: [{ patient: 'P1', exam: '1', reason: 'Not prepared.' }],
    });
    expect(shard.asked).toEqual(['P2']);
    // What failed was not asked for: it keeps its answer.
    expect(await home.exams.get(keyOf('P1'))).toMatchObject({
      status: 'screened',
      result: { outcome: 'recall' },
    });
    expect(await home.queues['bulk-preparation'].queue.depth()).toMatchObject({ visible: 0 });
  });
});
