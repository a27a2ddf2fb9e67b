import { DEFAULT_BUNDLE } from './bundles.ts';
import { lookAtPreparation, redriveIntake } from './bury-and-redrive.ts';
import { type ErasureTraces, erasePatient } from './erase-patient.ts';
import { installModel } from './install-model.ts';
import { moveLane } from './move-lane.ts';
import { answerUnreadable, makePixelsAgain } from './prepare-exams.ts';
import { reconcileAll } from './reconcile-all.ts';
import { rescore, screenAgain } from './run-jobs.ts';
import { searchExams } from './search-exams.ts';
import { checkWebhooks, makeWebhooks, redriveWebhooks } from './send-webhooks.ts';
import type { Stage } from './stage.ts';
import { checkAnswers, putStraight, uploadByEndpoint, uploadByStack } from './upload-exams.ts';

/** What came of the scenario. */
export interface Played {
  readonly exams: number;
  /** How many kinds of bytes of the erased patient were looked for, and in how many places they were found. */
  readonly traces: ErasureTraces;
  /** Containers that the workers' service has started. */
  readonly workersStarted: number;
}

/**
 * Plays a programme's days on the deployed stack: photographs in three ways, changes of the model and so of the lane, jobs
 * of both modes, search, lost pixels, webhooks, dead letters, an erasure.
 *
 * @param former folder of the bundle that screens at first
 * @param told is told of each part as it begins
 */
export async function play(stage: Stage, former: string, told: (part: string) => void): Promise<Played> {
  const { account, stores } = stage;
  told('the first model, and workers');
  await installModel(stores, former);
  const workers = await account.startWorkers();
  told('upload by --stack');
  await uploadByStack(stage);
  told('webhooks are made');
  await makeWebhooks(stage);
  told('the model changes while a worker runs; upload by RETCLIP_ENDPOINT');
  const model = await installModel(stores, DEFAULT_BUNDLE);
  await uploadByEndpoint(stage);
  told('photographs straight into the bucket');
  await putStraight(stage);
  const exams = await checkAnswers(stage);
  told('a job that screens');
  await screenAgain(stage, model.model);
  told('a job that re-scores');
  await rescore(stage, DEFAULT_BUNDLE);
  told('search');
  await searchExams(stage, exams);
  told('pixels that are lost, and photographs that cannot be read');
  await makePixelsAgain(stage);
  await answerUnreadable(stage);
  told('webhooks and dead letters');
  await checkWebhooks(stage, exams);
  await redriveWebhooks(stage);
  await redriveIntake(stage);
  await lookAtPreparation(stage);
  told('the model changes while exams are under way, and the lane with it');
  const woken = await moveLane(stage, former, workers);
  told('reconciliation');
  await reconcileAll(stage);
  told('erasure');
  const traces = await erasePatient(stage);
  await woken.stop();
  return { exams, traces, workersStarted: workers.starts + woken.starts };
}
