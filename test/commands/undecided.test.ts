import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildUntrainedBundle } from '../../bundles/untrained-bundle.ts';
import type { JobView } from '../../core/jobs/reports/job-view.ts';
import { writeCohort } from '../../phantoms/index.ts';
import { drawnHead } from '../../rescore-worker/testing/population.ts';
import { retclip } from '../system/retclip.ts';
import { RunningSystem } from '../system/running-system.ts';

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retclip-undecided-'));
  await buildUntrainedBundle(at('without-heads'), undefined, () => []);
  // A head of the patient that only says normal has looked for no disease.
  await buildUntrainedBundle(at('normal-only'), undefined, (embedding) => [
    { ...drawnHead('normal', embedding, ['normal']), feature: 'patient', trained: false },
  ]);
  await writeCohort(at('cohort'), { exams: 2, seed: 'undecided', size: 320 });
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

it.each([
  [
    'without heads',
    'without-heads',
    /Without a head, model \w+ looks for no disease in the left and the right/,
  ],
  ['with a head of normal alone', 'normal-only', /By "normal", model \w+ looks for no disease/],
])(
  'a bundle %s is not made active unless that is asked for',
  async (_, bundle, message) => {
    const started = await retclip(['local', '--data', at(`data of ${bundle}`), '--model', at(bundle)]);
    expect(started.code).toBe(2);
    expect(started.stderr).toMatch(message);
    expect(started.stderr).toContain('--features-only');
  },
  60_000,
);

it.each(['without-heads', 'normal-only'])(
  'by bundle %s no patient is recalled, and results and jobs say that nothing was assessed',
  async (bundle) => {
    const data = at(`asked ${bundle}`);
    const system = new RunningSystem(data);
    await system.start(at(bundle), '--features-only');
    try {
      const words = ['--program', 'north', '--data', data];
      // The list of what was drawn lies beside the photographs, and is refused by name.
      const sent = await retclip(['upload', at('cohort'), ...words, '--wait', '--accept-doubts', 'all']);
      expect(sent.code).toBe(1);
      const results = await system.results('north');
      expect(results.length).toBeGreaterThan(0);
      expect(new Set(results.map(({ outcome }) => outcome))).not.toContain('recall');
      expect(results.map(({ final }) => final.outcome)).toContain('not-assessed');
      const table = await retclip(['results', ...words]);
      expect(table.stdout).toContain('nothing is being assessed');
      const job = await retclip(['job', 'create', ...words, '--mode', 'rescore', '--wait', '--json']);
      const view = JSON.parse(job.stdout.trim().split('\n').at(-1) ?? '') as JobView;
      expect(view.moved.filter(({ to }) => to === 'recall')).toEqual([]);
    } finally {
      await system.stop();
    }
  },
  120_000,
);
