import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../../test/conformance/exam-records.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import type { JobRecord, JobSelection } from '../job-record.ts';
import { storeReceipt } from '../receipts.ts';
import { selectionSource } from './selection-source.ts';

const AT = '2026-05-01T00:00:00.000Z';
const MANIFEST = 'job-manifests/north/m.jsonl';
const keyOf = (patient: string) => ({ program: 'north', patient, exam: '1' });
const JOB: JobRecord = {
  ...{ schema: 'job/1', program: 'north', job: 'j2', mode: 'rescore', selection: {}, createdAt: AT },
  ...{ createdBy: 'anna', model: 'bundle-1', preprocessing: 'squash-224/1', heads: [] },
  ...{ shadow: false, schedule: null },
};
const FEATURES = { shard: 'features/bundle-1/2026/05/01/1.safetensors', row: 3 };
const screenedLine = (patient: string) => ({ patient, exam: '1', base: null, features: FEATURES });
const problemLine = (patient: string, problem: string) => ({
  ...{ patient, exam: '1', base: null, features: null },
  problem,
});

/** P1 is to be referred, P2 to be recalled, P3 waits for its second eye. */
async function exams() {
  const temporary = await temporaryHome();
  const { home } = temporary;
  await home.exams.save(screenedExam(registeredExam(keyOf('P1'), AT), 'refer', AT));
  await home.exams.save(screenedExam(registeredExam(keyOf('P2'), AT), 'recall', AT));
  await home.exams.save(registeredExam(keyOf('P3'), AT));
  const source = (selection: JobSelection, change: Partial<JobRecord> = {}) =>
    selectionSource(home, { ...JOB, selection, ...change }, 3);
  return { home, source, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
}

describe('exams that are asked for by name', () => {
  it('are read part by part, each where the one before ended', async () => {
    await using run = await exams();
    // So long that a part ends behind each line.
    const lines = ['P1', 'P2'].map(
      (patient) => `{"patient":"${patient}","exam":"1"}${' '.repeat(100_000)}\n`,
    );
    await run.home.objects.put(MANIFEST, Buffer.from(lines.join('')));
    const source = run.source({ manifest: MANIFEST });
    const first = await source(undefined);
    expect(first).toEqual({ lines: [screenedLine('P1')], cursor: String(lines[0]?.length) });
    expect(await source(first.cursor)).toStrictEqual({ lines: [screenedLine('P2')] });
  });

  it('fail with the reason where there is nothing to work on, and are left out where not selected', async () => {
    await using run = await exams();
    const lines = ['P3', 'P2', 'P1', 'P4'].map((patient) => `{"patient":"${patient}","exam":"1"}\n`);
    await run.home.objects.put(MANIFEST, Buffer.from(lines.join('')));
    expect(await run.source({ manifest: MANIFEST, outcome: 'refer' })(undefined)).toEqual({
      lines: [
        problemLine('P3', 'The exam is not screened yet: there are no features to read.'),
        screenedLine('P1'),
        problemLine('P4', 'The program has no such exam.'),
      ],
    });
    const screening = run.source({ manifest: MANIFEST }, { mode: 'screen', model: 'bundle-2' });
    expect((await screening(undefined)).lines).toEqual([
      // Of both eyes, for what is to be prepared.
      { ...screenedLine('P2'), images: 2 },
      { ...screenedLine('P1'), images: 2 },
      problemLine('P4', 'The program has no such exam.'),
    ]);
  });

  it('may be those that failed in another job of the program, ten receipts at a time', async () => {
    await using run = await exams();
    for (let shard = 0; shard < 11; shard += 1) {
      const patient = shard === 0 ? 'P1' : `X${shard}`;
      await storeReceipt(
        run.home.objects,
        { program: 'north', job: 'j1' },
        {
          ...{ schema: 'shard-receipt/1', shard, done: 0, skipped: 0, superseded: 0 },
          failed: [{ patient, exam: '1', reason: 'cut' }],
          ...{ moved: [], compared: [], workerSeconds: 1, pricePerHour: 0 },
        },
      );
    }
    const source = run.source({ failedInJob: 'j1' });
    const first = await source(undefined);
    expect(first.lines[0]).toEqual(screenedLine('P1'));
    expect(first.lines.map(({ patient }) => patient)).toEqual([
      'P1',
      ...Array.from({ length: 9 }, (_, index) => `X${index + 1}`),
    ]);
    expect(await source(first.cursor)).toStrictEqual({
      lines: [problemLine('X10', 'The program has no such exam.')],
    });
  });
});
