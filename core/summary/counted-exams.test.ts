import { describe, expect, it } from 'vitest';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { screenedExams } from '../../functions/testing/screened-exams.ts';
import { CountedExams, CountUnfinishedError } from './counted-exams.ts';

const exam = (patient: string) => ({ program: 'north', patient, exam: '1' });

async function programOf(run: FunctionRun): Promise<void> {
  await screenedExams(run.home.exams, [
    [exam('P1'), 'recall'],
    [exam('P2'), 'refer'],
    [exam('P3'), 'refer'],
    [exam('P4'), 'ungradable'],
  ]);
}

describe('the count of exams', () => {
  it('is remembered for moments, then taken again', async () => {
    await using run = await FunctionRun.open();
    await programOf(run);
    let now = 0;
    const counted = new CountedExams(run.home.exams, run.home.objects, {
      onFault: (error) => {
        throw error;
      },
      now: () => now,
    });
    expect((await counted.of('north')).tally.outcomes).toMatchObject({ recall: 1, refer: 2, ungradable: 1 });
    await screenedExams(run.home.exams, [[exam('P5'), 'refer']]);
    now = 1_000;
    expect((await counted.of('north')).tally.outcomes.refer).toBe(2);
    now = 3_000;
    expect((await counted.of('north')).tally.outcomes.refer).toBe(3);
  });

  it('goes on where the time of a call ended, and counts nobody twice', async () => {
    await using run = await FunctionRun.open();
    await programOf(run);
    let now = 0;
    // Every look at the clock is a second later: one call has time for one page.
    const counted = new CountedExams(run.home.exams, run.home.objects, {
      onFault: (error) => {
        throw error;
      },
      budgetMilliseconds: 500,
      now: () => (now += 1_000),
    });
    let unfinished = 0;
    for (;;) {
      try {
        const { tally } = await counted.of('north');
        expect(tally.outcomes).toEqual({
          ...{ recall: 1, 'not-assessed': 0, ungradable: 1, refer: 2, 'refer-urgent': 0 },
        });
        expect(tally.labels).toEqual({ 'diabetic-retinopathy': { exams: 4, positive: 4 } });
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(CountUnfinishedError);
        unfinished += 1;
        expect(unfinished).toBeLessThan(10);
      }
    }
    expect(unfinished).toBeGreaterThan(2);
  });
});
