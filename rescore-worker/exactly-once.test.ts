import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JobRecord } from '../core/jobs/job-record.ts';
import type { ReceivedMessage } from '../core/ports/index.ts';
import { JobRun } from './testing/job-run.ts';

type Step =
  | { readonly kind: 'rescore'; readonly job: 0 | 1 | 2 }
  | { readonly kind: 'deliver' | 'lose' | 'replay' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('rescore'), job: fc.constantFrom(0, 1, 2) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('deliver', 'lose', 'replay') }) },
);

/** `lose` handles messages without deleting them, `replay` hands over old ones once more, in the other order. */
async function perform(run: JobRun, jobs: readonly JobRecord[], steps: readonly Step[]): Promise<void> {
  const seen: ReceivedMessage[] = [];
  for (const action of steps) {
    if (action.kind === 'rescore') await run.rescore(jobs[action.job] as JobRecord);
    else if (action.kind === 'replay') await run.aggregate(seen.slice(-10).reverse());
    else {
      const messages = await run.receive();
      seen.push(...messages);
      await run.aggregate(messages);
      if (action.kind === 'deliver')
        await run.home.queues.results.queue.delete(messages.map(({ receipt }) => receipt));
    }
  }
}

it('ends with the answer of the job called for last, each answer once, in any order and however often', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
      await using run = await JobRun.open({ exams: 3, examsPerShard: 2 });
      const jobs = [
        await run.create({ heads: [await run.head('a')] }),
        await run.create({ heads: [await run.head('b')] }),
        // The live heads again: the very answer that every exam had at first.
        await run.create(),
      ];
      await perform(run, jobs, steps);
      await run.home.queues.results.queue.releaseAll();
      for (const job of jobs) await run.rescore(job);
      await run.settle();
      const last = jobs[2] as JobRecord;
      for (let index = 0; index < 3; index += 1) {
        const exam = await run.home.exams.get(run.population.keyOf(index));
        expect(exam?.result?.heads).toEqual(last.heads);
        expect(exam?.result?.rescored?.job).toBe(last.job);
        const answers = [exam?.result, ...(await run.formerResults(index))].map(
          (result) => result?.rescored?.job,
        );
        expect(new Set(answers).size).toBe(answers.length);
      }
      for (const job of jobs) {
        const report = await run.finish(job);
        expect(report?.progress).toMatchObject({ planned: 3, done: 3, failed: 0 });
      }
      const events = await run.home.events.after(0, 1_000);
      const ids = events.map(({ event }) => `${event.type} ${event.id}`);
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 15 },
  );
}, 60_000);

it('does not let a re-scored answer stand for a photograph that was replaced meanwhile', async () => {
  await using run = await JobRun.open({ exams: 1 });
  const job = await run.create({ heads: [await run.head('a')] });
  await run.rescore(job);
  const key = run.population.keyOf(0);
  const exam = await run.home.exams.get(key);
  if (exam?.request == null || exam.result === null) throw new Error('Expected a screened exam.');
  const request = { ...exam.request, requestId: 'of-the-new-photograph' };
  await run.home.exams.save({ ...exam, status: 'screening', request });
  await run.settle();
  expect((await run.home.exams.get(key))?.result).toEqual(exam.result);
  expect((await run.finish(job))?.progress).toMatchObject({ done: 1, superseded: 1 });
});
