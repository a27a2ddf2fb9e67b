import { describe, expect, it } from 'vitest';
import type { JobView } from '../../core/jobs/reports/job-view.ts';
import { jobTable, jobText } from './job-text.ts';

const PREPARATION = {
  ...{ images: 4_000, prepared: 1_200, found: 200, failed: 0, finished: false },
  ...{ rate: 40, secondsLeft: 70 },
};

function job(change: Partial<JobView> = {}): JobView {
  return {
    ...{ program: 'north', job: 'j1', mode: 'screen', selection: {}, createdAt: '2026-05-01T00:00:00.000Z' },
    ...{ createdBy: 'anna', model: 'm1', preprocessing: 'squash', heads: [{ name: 'odir', id: 'h1' }] },
    ...{ shadow: false, schedule: null, state: 'running', planned: 2_000, done: 0, failed: 0, skipped: 0 },
    ...{ superseded: 0, rate: null, secondsLeft: null, cost: 0, preparation: PREPARATION },
    ...{ cancelling: false, finishedAt: null, failures: [], moved: [], comparison: null, deadLetters: [] },
    ...{ retry: null, reason: null, notice: 'Research use only: not for diagnosis.' },
    ...change,
  };
}

describe('a job on a terminal', () => {
  it('is preparing until its photographs are, with how far, how fast and for how long', () => {
    const [first, second, third] = jobText(job()).split('\n');
    expect(first).toContain('j1 · screen · preparing');
    expect(second).toBe(
      '  1,200 of 4,000 photographs prepared · 200 were before · 40 a second · 1 min 10 s left',
    );
    expect(third).toBe('  0 of 2,000 done');
  });

  it('screens then, and still says which photographs failed', () => {
    const preparation = { ...PREPARATION, prepared: 3_998, failed: 2, finished: true, secondsLeft: 0 };
    const text = jobText(job({ preparation, done: 500, failed: 1, rate: 20, secondsLeft: 75 }));
    const [first, second, third] = text.split('\n');
    expect(first).toContain('running');
    expect(second).toBe('  3,998 of 4,000 photographs prepared · 2 failed · 200 were before');
    expect(third).toBe('  500 of 2,000 done · 1 failed · 20 exams a second · 1 min 15 s left');
  });

  it('that re-scores speaks of no photograph', () => {
    const text = jobText(job({ mode: 'rescore', preparation: null, done: 3, planned: 3, state: 'finished' }));
    expect(text).not.toContain('photograph');
  });

  it('has its photographs in the table', () => {
    const rows = jobTable([job(), job({ job: 'j2', mode: 'rescore', preparation: null })]);
    expect(rows).toMatch(/j1.*preparing.*1,200 of 4,000.*2,000/);
    expect(rows).toMatch(/j2.*running.*–.*2,000/);
  });
});
