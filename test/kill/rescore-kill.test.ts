import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { JobView } from '../../core/jobs/reports/job-view.ts';
import { listFormerResults } from '../../core/records/former-results.ts';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { openLocalHome } from '../../local/home.ts';
import { activeModelOf } from '../../local/host/active-bundle.ts';
import { Random } from '../../phantoms/random.ts';
import { drawnHead, populate } from '../../rescore-worker/testing/population.ts';
import { RunningSystem } from '../system/running-system.ts';

/** `JOB_KILLS=20 JOB_EXAMS=20000 npx vitest run test/kill` kills as often as a release is tried. */
const KILLS = Number(process.env.JOB_KILLS ?? 3);
const EXAMS = Number(process.env.JOB_EXAMS ?? 2_500);

it(`kill -9 of the host ${KILLS} times while a job runs loses no exam and counts each once`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'retclip-job-kill-'));
  const system = new RunningSystem(join(folder, 'data'));
  try {
    const {
      model,
      preprocessing,
      embedding = 0,
    } = await activeModelOf(join(PROJECT_ROOT, 'bundles/default'));
    const home = await openLocalHome(system.dataFolder);
    await populate(home, { exams: EXAMS, embedding, examsPerShard: 50, bundle: { model, preprocessing } });
    await home.close();
    const head = join(folder, 'new.head.json');
    await writeFile(head, JSON.stringify(drawnHead('new', embedding, ['glaucoma'])));
    const seed = process.env.KILL_SEED ?? String(Date.now());
    const random = new Random('rescore-kill', seed);

    await system.start();
    const words = ['--program', 'north', '--json'];
    const created = await system.retclip('job', 'create', ...words, '--mode', 'rescore', '--heads', head);
    let job = JSON.parse(created) as JobView;
    for (let kill = 0; kill < KILLS; kill += 1) {
      await delay(random.uniform(50, 1_500));
      await system.killHost();
      await system.start();
    }
    while (job.state === 'planning' || job.state === 'running') {
      await delay(300);
      job = JSON.parse(await system.insist('job', 'show', job.job, ...words)) as JobView;
    }
    console.log(`seed ${seed}: ${KILLS} kills, ${job.done} of ${job.planned} done`);
    expect(job).toMatchObject({ state: 'finished', planned: EXAMS, done: EXAMS, failed: 0 });

    const lines = (await system.insist('results', ...words)).trim().split('\n');
    const found = lines.map((line) => JSON.parse(line) as { patient: string; findings: { head: string }[] });
    expect(new Set(found.map(({ patient }) => patient)).size).toBe(EXAMS);
    expect(found.filter(({ findings }) => findings.some((finding) => finding.head === 'new'))).toHaveLength(
      EXAMS,
    );
    await system.stop();

    const after = await openLocalHome(system.dataFolder);
    try {
      const exam = await after.exams.get({ program: 'north', patient: 'P0000000', exam: '1' });
      if (exam === undefined) throw new Error('Expected the exam.');
      expect(await listFormerResults(after.objects, exam)).toHaveLength(1);
      for (const { deadLetters } of Object.values(after.queues))
        expect(await deadLetters.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    } finally {
      await after.close();
    }
  } finally {
    await system.stop();
    await rm(folder, { recursive: true, force: true });
  }
}, 600_000);
