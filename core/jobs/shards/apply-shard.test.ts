import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../../test/conformance/exam-records.ts';
import { ObjectNotFoundError } from '../../errors.ts';
import type { ExamKey } from '../../exams/exam-key.ts';
import type { ExamResult } from '../../exams/exam-result.ts';
import { Configuration } from '../../programs/configuration.ts';
import { DEFAULT_SETTINGS } from '../../programs/program-settings.ts';
import { MODEL } from '../../testing/records.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import { shardResultsKey } from '../job-keys.ts';
import { ERASED_EXAM } from '../job-plan.ts';
import { readReceipt } from '../receipts.ts';
import type { ShardResults } from '../rescore-results.ts';
import { applyShard } from './apply-shard.ts';
import { settleShard } from './settle-shard.ts';

const AT = '2026-05-01T00:00:00.000Z';
const RESCORED_AT = '2026-06-01T00:00:00.000Z';
const NOW = () => new Date(RESCORED_AT);
const keyOf = (patient: string): ExamKey => ({ program: 'north', patient, exam: '1' });
const HEADS = [{ name: 'amd', id: 'a1' }];
const column = (level: 'left' | 'right', threshold: number) =>
  ({ level, head: 'amd', label: 'amd', threshold }) as const;
const line = (patient: string, probabilities: (number | null)[], base = 'base') => ({
  ...keyOf(patient),
  ...{ base, probabilities },
});
const imageOf = (patient: string, eye: string) => `images/north/${patient}/1/${eye}.jpg`;
const ERASED = { patient: 'erased', exam: 'erased', reason: ERASED_EXAM.problem };

function resultsOf(exams: ReturnType<typeof line>[], change: Partial<ShardResults> = {}): ShardResults {
  return {
    ...{ schema: 'shard-results/1', program: 'north', job: 'j1', shard: 4, rescoredAt: RESCORED_AT },
    ...{ model: 'bundle-1', preprocessing: 'squash-224/1', heads: HEADS, shadow: false },
    ...{
      columns: [column('left', 0.5), column('right', 0.4)],
      failed: [],
      workerSeconds: 3,
      pricePerHour: 2,
    },
    exams: exams.map(({ patient, exam, base, probabilities }) => ({ patient, exam, base, probabilities })),
    ...change,
  };
}

/** Exams that were screened and are to be recalled, and what becomes of a shard of them. */
async function screened(patients: readonly string[], change: Partial<ExamResult> = {}) {
  const temporary = await temporaryHome();
  const { home } = temporary;
  for (const patient of patients) {
    const exam = screenedExam(registeredExam(keyOf(patient), AT), 'recall', AT);
    if (exam.result === null) throw new Error('Expected a result.');
    const request = { requestId: 'base', requestedAt: AT, images: [], contract: null, model: MODEL };
    await home.exams.save({ ...exam, request, result: { ...exam.result, ...change } });
  }
  const apply = (results: ShardResults) => applyShard(home, results, DEFAULT_SETTINGS, NOW);
  const resultOf = async (patient: string) => (await home.exams.get(keyOf(patient)))?.result;
  return { home, apply, resultOf, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
}

describe("a re-scored shard's results", () => {
  it('become the answers of their exams, each eye by its own column and image', async () => {
    await using run = await screened(['P1', 'P2', 'P3']);
    const results = resultsOf([line('P1', [0.9, 0.2]), line('P2', [0.3, 0.4]), line('P3', [null, 0.39])], {
      failed: [{ patient: 'P9', exam: '1', reason: 'No row.' }],
    });
    const { receipt, events, applied } = await run.apply(results);
    expect(applied).toBe(3);
    expect(receipt).toEqual({
      ...{ schema: 'shard-receipt/1', shard: 4, done: 3, skipped: 0, superseded: 0, compared: [] },
      failed: [{ patient: 'P9', exam: '1', reason: 'No row.' }],
      moved: [
        { from: 'recall', to: 'refer', exams: 2 },
        { from: 'recall', to: 'not-assessed', exams: 1 },
      ],
      ...{ workerSeconds: 3, pricePerHour: 2 },
    });
    const finding = (patient: string, level: 'left' | 'right', probability: number, positive: boolean) => ({
      ...column(level, level === 'left' ? 0.5 : 0.4),
      ...{ image: imageOf(patient, level), probability, positive },
    });
    expect(await run.resultOf('P1')).toMatchObject({
      ...{ outcome: 'refer', heads: HEADS, rescored: { job: 'j1', at: RESCORED_AT, from: 'recall' } },
      findings: [finding('P1', 'left', 0.9, true), finding('P1', 'right', 0.2, false)],
    });
    expect((await run.resultOf('P2'))?.findings).toEqual([
      ...[finding('P2', 'left', 0.3, false), finding('P2', 'right', 0.4, true)],
    ]);
    // Without a finding of its left eye nothing is said of it.
    expect((await run.resultOf('P3'))?.findings).toEqual([finding('P3', 'right', 0.39, false)]);
    const ids = await Promise.all(
      ['P1', 'P2', 'P3'].map(async (patient) => (await run.resultOf(patient))?.requestId),
    );
    expect(events).toEqual(
      ['P1', 'P2', 'P3'].map((patient, index) => ({
        ...{ type: 'ExamScreened', id: `${ids[index]}.j1`, at: RESCORED_AT, exam: keyOf(patient) },
        outcome: patient === 'P3' ? 'not-assessed' : 'refer',
      })),
    );
  });

  it('written twice change nothing and are told again', async () => {
    await using run = await screened(['P1']);
    const results = resultsOf([line('P1', [0.9, 0.2])]);
    const first = await run.apply(results);
    const record = await run.home.exams.get(keyOf('P1'));
    const second = await run.apply(results);
    expect(second).toEqual({ ...first, applied: 0 });
    expect(await run.home.exams.get(keyOf('P1'))).toEqual(record);
  });

  it('that say what was said before are skipped, and nothing is told', async () => {
    await using run = await screened(['P1']);
    await run.apply(resultsOf([line('P1', [0.9, 0.2])]));
    const { receipt, events, applied } = await run.apply(resultsOf([line('P1', [0.9, 0.2])], { job: 'j2' }));
    expect([applied, events, receipt.moved]).toEqual([0, [], []]);
    expect(receipt).toMatchObject({ done: 1, skipped: 1, superseded: 0 });
  });

  it('come too late for a newer screening, and for an exam that waits or was erased', async () => {
    await using run = await screened(['P1', 'P2']);
    const waiting = await run.home.exams.get(keyOf('P2'));
    if (waiting === undefined) throw new Error('Expected an exam.');
    await run.home.exams.save({ ...waiting, status: 'screening', result: null });
    const late = [line('P1', [0.9, 0.2], 'older'), line('P2', [0.9, 0.2]), line('P3', [0.9, 0.2])];
    const { receipt, events, applied } = await run.apply(resultsOf(late));
    expect([applied, events]).toEqual([0, []]);
    expect(receipt).toMatchObject({ done: 2, superseded: 2, skipped: 0, failed: [ERASED], moved: [] });
    expect((await run.resultOf('P1'))?.outcome).toBe('recall');
  });

  it('leave the flags of images, and decide those of heads again', async () => {
    const flags = ['research-use-only', 'policy-thresholds-not-applied', 'features-only'];
    await using run = await screened(['P1', 'P2'], { flags });
    await run.apply(resultsOf([line('P1', [0.9, 0.2])]));
    expect((await run.resultOf('P1'))?.flags).toEqual(['research-use-only']);
    await run.apply(resultsOf([line('P2', [])], { heads: [], columns: [] }));
    expect((await run.resultOf('P2'))?.flags).toEqual(['research-use-only', 'features-only']);
  });

  it('of tried heads stand beside the answer, decide nothing and are compared with it', async () => {
    await using run = await screened(['P1', 'P2'], {
      findings: [
        {
          ...{ ...column('left', 0.5), head: 'live', image: null },
          ...{ probability: 0.1, positive: false },
        },
      ],
    });
    const lines = [line('P1', [0.9, 0.2]), line('P2', [0.3, 0.2]), line('P3', [0.3, 0.2])];
    const results = resultsOf(lines, { shadow: true });
    const { receipt, events, applied } = await run.apply(results);
    expect([applied, events]).toEqual([2, []]);
    const compared = { label: 'amd', both: 0, onlyLive: 0, onlyShadow: 1, neither: 1 };
    expect(receipt).toMatchObject({
      ...{ done: 2, failed: [ERASED], moved: [{ from: 'recall', to: 'refer', exams: 1 }] },
      compared: [{ ...compared, unknownLive: { positive: 0, negative: 0 } }],
      over: { exams: 2, from: AT, to: AT },
    });
    expect(await run.resultOf('P1')).toMatchObject({
      ...{ outcome: 'recall', findings: [{ head: 'live' }] },
      shadow: {
        job: 'j1',
        outcome: 'refer',
        heads: HEADS,
        findings: [{ level: 'left', positive: true }, {}],
      },
    });
    expect(await run.apply(results)).toEqual({ receipt, events, applied: 0 });
    const late = resultsOf([line('P1', [0.9, 0.2], 'older')], { shadow: true, job: 'j2' });
    expect((await run.apply(late)).receipt).toMatchObject({ superseded: 1, compared: [], moved: [] });
  });
});

describe('a shard that was re-scored', () => {
  const message = { schema: 'shard-rescored/1', program: 'north', job: 'j1', shard: 4 } as const;

  it('is written, announced and receipted once, and leaves no results', async () => {
    await using run = await screened(['P1']);
    const { home } = run;
    const key = shardResultsKey(message, 4);
    const content = Buffer.from(JSON.stringify(resultsOf([line('P1', [0.9, 0.2])])));
    await home.objects.put(key, content);
    const settle = () => settleShard(home, new Configuration(home.objects), message, NOW);
    expect(await settle()).toBe(1);
    expect(await readReceipt(home.objects, message, 4)).toMatchObject({ shard: 4, done: 1 });
    const [event] = await home.events.after(0, 9);
    expect(event?.event).toMatchObject({ type: 'ExamScreened', exam: keyOf('P1'), outcome: 'refer' });
    expect((await home.objects.listVersions(key, { limit: 9 })).items).toEqual([]);
    await home.objects.put(key, content);
    expect(await settle()).toBeNull();
    expect(await home.objects.head(key)).toBeDefined();
  });

  it('is missed where its results are not stored', async () => {
    await using run = await screened([]);
    const settling = settleShard(run.home, new Configuration(run.home.objects), message, NOW);
    await expect(settling).rejects.toThrow(ObjectNotFoundError);
    await expect(settling).rejects.toThrow(shardResultsKey(message, 4));
  });
});
