import { describe, expect, it, vi } from 'vitest';
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
      now: () => new Date(now),
      elapsed: () => now,
    });
    expect((await counted.of('north')).tally.outcomes).toMatchObject({ recall: 1, refer: 2, ungradable: 1 });
    await screenedExams(run.home.exams, [[exam('P5'), 'refer']]);
    now = 1_000;
    expect((await counted.of('north')).tally.outcomes.refer).toBe(2);
    now = 3_000;
    expect((await counted.of('north')).tally.outcomes.refer).toBe(3);
  });

  it.each([-15 * 86_400, -3_600, -2, 2, 3_600, 15 * 86_400])(
    'is taken again a few seconds later though the clock was set by %i s meanwhile',
    async (step) => {
      await using run = await FunctionRun.open();
      await programOf(run);
      const clock = { now: Date.parse('2026-05-01T08:00:00Z'), passed: 0 };
      const open = () =>
        new CountedExams(run.home.exams, run.home.objects, {
          onFault: (error) => {
            throw error;
          },
          now: () => new Date(clock.now),
          // Every look is a while later, so that the count is kept for the next process.
          elapsed: () => (clock.passed += 400),
        });
      const counted = open();
      const first = await counted.of('north');
      await screenedExams(run.home.exams, [[exam('P5'), 'refer']]);
      clock.now += step * 1_000;
      clock.passed += 10;
      expect((await counted.of('north')).tally.outcomes.refer).toBe(2);
      clock.passed += 21 * first.took;
      await counted.of('north');
      await vi.waitFor(async () => expect((await counted.of('north')).tally.outcomes.refer).toBe(3));
      // What the next process finds may seem to come from the future: it is counted again as well.
      await screenedExams(run.home.exams, [[exam('P6'), 'refer']]);
      clock.now -= 60_000;
      const next = open();
      await next.of('north');
      await vi.waitFor(async () => expect((await next.of('north')).tally.outcomes.refer).toBe(4));
    },
  );

  it('goes on where the time of a call ended, and counts no patient twice', async () => {
    await using run = await FunctionRun.open();
    await programOf(run);
    let now = 0;
    // Every look at the clock is a second later: one call has time for one page.
    const counted = new CountedExams(run.home.exams, run.home.objects, {
      onFault: (error) => {
        throw error;
      },
      budgetMilliseconds: 500,
      now: () => new Date(now),
      elapsed: () => (now += 1_000),
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
