import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { JobRun } from '../../rescore-worker/testing/job-run.ts';
import { fairGroups } from './testing/fair-groups.ts';

const BURST = 5_000;

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
});
afterEach(() => run[Symbol.asyncDispose]());

const keyOf = (program: string, patient = 'P1'): ExamKey => ({ program, patient, exam: '1' });

describe('fairness among programs', () => {
  it.each(['preparation', 'intake', 'screening', 'results'] as const)(
    'a burst of one program in queue %s does not hold up a single message of another',
    async (name) => {
      const { queue } = run.home.queues[name];
      await queue.send(Array.from({ length: BURST }, () => ({ body: 'burst', group: 'busy' })));
      await queue.receive({ maxMessages: 10, waitSeconds: 0 });
      await queue.send([{ body: 'single', group: 'quiet' }]);
      const received = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
      expect(received).toHaveLength(10);
      expect(received[0]?.body).toBe('single');
    },
  );

  it('holds for photographs: each is announced under its program', async () => {
    for (let index = 0; index < 30; index += 1)
      await run.upload('left', `L${index}`, keyOf('busy', `P${index}`));
    await run.upload('left', 'L', keyOf('quiet'));
    const keys = (await run.receive('preparation')).map(({ body }) => body);
    expect(keys.some((body) => body.includes('images/quiet/'))).toBe(true);
  });

  it('holds from the photograph to the result: every message names its program as group', async () => {
    for (const program of ['north', 'south']) {
      await run.upload('left', 'L', keyOf(program));
      await run.upload('left', 'L2', keyOf(program, 'P2'));
      await run.upload('right', 'R2', keyOf(program, 'P2'));
    }
    const both = ['north', 'north', 'north', 'south', 'south', 'south'];
    expect(fairGroups(run.home, 'preparation').toSorted()).toEqual(both);
    await run.prepare();
    expect(fairGroups(run.home, 'intake').toSorted()).toEqual(both);
    await run.deliver('intake');
    // What waits for the second eye is looked at again later.
    expect(fairGroups(run.home, 'intake')).toEqual(expect.arrayContaining(['north', 'south']));
    expect(fairGroups(run.home, 'intake')).not.toContain('');
    expect(fairGroups(run.home, 'screening').toSorted()).toEqual(['north', 'south']);
  });

  it('holds for the shards that a job has re-scored', async () => {
    await using jobs = await JobRun.open({ exams: 2 });
    await jobs.rescore(await jobs.create());
    expect(fairGroups(jobs.home, 'results')).toEqual(['north']);
  });
});
