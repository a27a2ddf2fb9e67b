import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobView } from '../../../core/jobs/reports/job-view.ts';
import { allResults, expectThat, PROGRAM, type Stage } from './stage.ts';

const PROMPTS = {
  name: 'cataract-by-text',
  level: 'patient',
  labels: { cataract: { positive: ['双眼白内障'], negative: ['双眼正常眼底'] } },
};

async function runJob(stage: Stage, words: readonly string[]): Promise<JobView> {
  const options = ['--program', PROGRAM, '--wait', '--json', ...words];
  return JSON.parse(await stage.operator.insist('stack', 0, 'job', 'create', ...options));
}

/** Screens by the model of now what was screened by the one before. @param model the model of now */
export async function screenAgain(stage: Stage, model: string): Promise<void> {
  const before = (await allResults(stage)).filter((result) => result.model !== model);
  expectThat(before.length > 0, 'exams that the former model has answered');
  const job = await runJob(stage, ['--mode', 'screen', '--not-screened']);
  expectThat(job.state === 'finished' && job.failed === 0, 'the screening job to finish', job);
  // Prepared for the former model, its photographs were prepared again, by the queue of jobs, before a GPU was asked for.
  const askedBy = (role: string) =>
    stage.account.permissions.calls.filter(
      (call) =>
        call.role.startsWith(role) &&
        call.action === 'sqs:SendMessage' &&
        call.resource.includes('BulkPreparation'),
    );
  expectThat(askedBy('JobsPlan').length > 0, 'the planner to have photographs prepared', before.length);
  expectThat(askedBy('JobsScreen').length === 0, 'no GPU worker to have had any prepared');
  const { preparation } = job;
  const isPrepared = preparation?.finished === true && preparation.failed === 0;
  expectThat(isPrepared && preparation.prepared > preparation.found, 'photographs prepared for the job', job);
  const after = await allResults(stage);
  expectThat(
    after.every((result) => result.model === model),
    'every exam answered by the model of now',
  );
}

/** Scores stored features with a head that is made of sentences. @param bundle folder of the model of now */
export async function rescore(stage: Stage, bundle: string): Promise<void> {
  const folder = stage.account.workFolder;
  const [prompts, head] = [join(folder, 'prompts.json'), join(folder, 'cataract.head.json')];
  await writeFile(prompts, JSON.stringify(PROMPTS));
  await stage.operator.insist(
    'endpoint',
    0,
    'heads',
    'from-prompts',
    prompts,
    '--model',
    bundle,
    '--out',
    head,
  );
  const job = await runJob(stage, ['--mode', 'rescore', '--heads', head]);
  expectThat(job.state === 'finished' && job.failed === 0, 'the re-scoring job to finish', job);
  const results = await allResults(stage);
  const scored = results.filter(({ heads }) => heads.includes(PROMPTS.name));
  expectThat(scored.length === results.length, 'every exam scored by the new head', job);
}
