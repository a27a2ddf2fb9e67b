import { describe, expect, it } from 'vitest';
import { JobRun } from './testing/job-run.ts';

describe('re-scoring', () => {
  it("gives every exam the new head's findings beside the live ones, and keeps the old result readable", async () => {
    await using run = await JobRun.open();
    const head = await run.head('new');
    const heads = [...run.population.model.heads, head];
    const report = await run.run({ heads });
    expect(report.progress).toMatchObject({ state: 'finished', planned: 7, done: 7, failed: 0, skipped: 0 });
    for (let index = 0; index < 7; index += 1) {
      const exam = await run.home.exams.get(run.population.keyOf(index));
      expect(exam?.result?.heads).toEqual(heads);
      expect(exam?.result?.findings.map(({ head: name, label }) => `${name}/${label}`)).toEqual([
        'odir/glaucoma',
        'odir/label-1',
        'new/glaucoma',
      ]);
      const former = await run.formerResults(index);
      expect(former).toHaveLength(1);
      expect(former[0]?.heads).toEqual(run.population.model.heads);
    }
  });

  it('reads the very numbers of the features', async () => {
    await using run = await JobRun.open();
    await run.run({ heads: [await run.head('new')] });
    const { HeadScorer } = await import('../core/heads/score-head.ts');
    const { drawnHead } = await import('./testing/population.ts');
    const rows = await run.home.features.read(run.population.shards[1] as string);
    const features = rows.exam(2);
    if (features === null) throw new Error('Expected the row.');
    const exam = await run.home.exams.get(run.population.keyOf(5));
    const read = new HeadScorer(drawnHead('new', 8, ['glaucoma'])).score(features);
    expect(exam?.result?.findings).toEqual(
      read.map((finding) => ({
        ...finding,
        image: null,
        positive: finding.probability >= finding.threshold,
      })),
    );
  });

  it('counts an exam as failed, with the reason, whose feature shard is missing or cut; others go on', async () => {
    await using run = await JobRun.open();
    const [missing = '', cut = ''] = run.population.shards;
    await run.home.features.remove(missing);
    // Damage has the form of an object: this holds of features among objects only.
    const { content } = await run.home.objects.get(cut);
    await run.home.objects.put(cut, content.subarray(0, content.length - 40));
    const heads = [await run.head('new')];
    const report = await run.run({ heads });
    expect(report.progress).toMatchObject({ planned: 7, done: 1, failed: 6 });
    expect(report.failures.map(({ reason, exams }) => [exams, reason])).toEqual([
      [3, expect.stringMatching(/is missing\. Screen its exams again/)],
      [3, expect.stringMatching(/is damaged/)],
    ]);
    expect(report.retry).toBe(`retclip job create --program north --mode rescore --retry ${report.job}`);

    await run.home.objects.put(cut, content);
    const again = await run.run({ heads, selection: { failedInJob: report.job } });
    expect(again.progress).toMatchObject({ planned: 6, done: 3, failed: 3 });
  });

  it('refuses heads for another geometry, exam by exam', async () => {
    await using run = await JobRun.open();
    const { storeHead } = await import('../core/heads/stored-heads.ts');
    const { drawnHead } = await import('./testing/population.ts');
    const foreign = await storeHead(run.home.objects, drawnHead('wide', 9, ['glaucoma']));
    const report = await run.run({ heads: [foreign] });
    expect(report.progress).toMatchObject({ done: 0, failed: 7 });
    expect(report.failures[0]?.reason).toMatch(/reads 9 channels .* has 8/);
    expect(await run.formerResults(0)).toEqual([]);
  });

  it('skips exams that have this very answer, whichever job gave it', async () => {
    await using run = await JobRun.open();
    const heads = [await run.head('new')];
    await run.run({ heads });
    const second = await run.run({ heads });
    expect(second.progress).toMatchObject({ planned: 7, done: 7, skipped: 7 });
    expect(await run.formerResults(0)).toHaveLength(1);
    expect((await run.run({ heads, selection: { notScreenedWithModel: true } })).progress.planned).toBe(0);
  });

  it('is finished at once over an empty selection', async () => {
    await using run = await JobRun.open();
    const report = await run.run({ selection: { outcome: 'refer-urgent' } });
    expect(report.progress).toMatchObject({ state: 'finished', planned: 0, done: 0, failed: 0 });
  });

  it('decides by a new policy without a new head, and says which', async () => {
    await using run = await JobRun.open();
    const settings = {
      schema: 'program-settings/1',
      pairingWindowSeconds: 0,
      policy: {
        schema: 'outcome-policy/1',
        rules: [{ label: '*', outcome: 'refer-urgent' }],
        ungradableEye: 'refer',
        missingEye: 'refer',
      },
    };
    await run.home.objects.put('programs/north/settings.json', Buffer.from(JSON.stringify(settings)));
    const report = await run.run();
    const exam = await run.home.exams.get(run.population.keyOf(0));
    expect(report.progress).toMatchObject({ done: 7, skipped: 0 });
    expect(exam?.result?.policy).not.toBe((await run.formerResults(0))[0]?.policy);
  });

  it('leaves results, outcomes and history alone in shadow, and says how the heads agree', async () => {
    await using run = await JobRun.open();
    const before = await run.home.exams.get(run.population.keyOf(3));
    const report = await run.run({ heads: [await run.head('new')], shadow: true });
    const exam = await run.home.exams.get(run.population.keyOf(3));
    expect(exam?.result).toEqual({ ...before?.result, shadow: exam?.result?.shadow });
    expect(exam?.result?.shadow?.findings).toHaveLength(1);
    expect(await run.formerResults(3)).toEqual([]);
    const [label] = report.comparison?.labels ?? [];
    if (label === undefined) throw new Error('Expected a label.');
    const { both, onlyLive, onlyShadow, neither, agreement } = label;
    expect(both + onlyLive + onlyShadow + neither).toBe(7);
    expect(agreement).toBeCloseTo((both + neither) / 7, 12);
    expect(report.moved.reduce((sum, { exams }) => sum + exams, 0)).toBe(await countWouldMove(run));
    expect(await run.home.events.after(0, 10)).toMatchObject([{ event: { type: 'JobFinished', done: 7 } }]);
  });
});

async function countWouldMove(run: JobRun): Promise<number> {
  let moved = 0;
  for (let index = 0; index < 7; index += 1) {
    const { result } = (await run.home.exams.get(run.population.keyOf(index))) ?? {};
    if (result?.shadow?.outcome !== result?.outcome) moved += 1;
  }
  return moved;
}
