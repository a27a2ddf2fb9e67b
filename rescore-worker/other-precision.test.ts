import { describe, expect, it } from 'vitest';
import { storeHead } from '../core/heads/stored-heads.ts';
import { JobRun } from './testing/job-run.ts';
import { drawnHead } from './testing/population.ts';

describe('re-scoring', () => {
  it('refuses a head of another precision than the features have, exam by exam', async () => {
    await using run = await JobRun.open();
    const head = { ...drawnHead('coarse', 8, ['glaucoma']), precision: 'int8' as const };
    const report = await run.run({ heads: [await storeHead(run.home.objects, head)] });
    expect(report.progress).toMatchObject({ done: 0, failed: 7 });
    expect(report.failures[0]?.reason).toMatch(
      /fitted on features in int8, but feature shard .* unknown, read as fp32/,
    );
  });
});
