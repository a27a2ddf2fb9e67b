import { LATERALITIES } from '../../../core/exams/laterality.ts';
import { imageKey } from '../../../core/keys/image-key.ts';
import type { WorkerService } from '../containers/worker-service.ts';
import { DEFAULT_BUNDLE } from './bundles.ts';
import { installModel } from './install-model.ts';
import { drawExams } from './photographs.ts';
import { allResults, expectThat, PROGRAM, type Stage } from './stage.ts';
import { senderStore } from './stores.ts';
import { waitUntil } from './wait-until.ts';

const DAY = '2026-05-03';

/** Puts both photographs of patients into the bucket. */
async function put({ account }: Stage, patients: readonly string[]): Promise<void> {
  const store = senderStore(account);
  for (const drawn of await drawExams(patients.map((patient) => [patient, DAY]))) {
    const { patient, exam } = drawn;
    for (const eye of LATERALITIES)
      await store.put(imageKey({ program: PROGRAM, patient, exam }, eye, 'jpg'), drawn[eye], {
        metadata: { eyes: 'both' },
      });
  }
}

/** @returns ids of the models that have answered them */
async function answered(stage: Stage, patients: readonly string[]): Promise<readonly string[]> {
  return waitUntil(`answers to ${patients.join(', ')}`, async () => {
    const found = (await allResults(stage)).filter(({ patient }) => patients.includes(patient));
    return found.length === patients.length ? found.map(({ model }) => model) : undefined;
  });
}

/** How often a role has sent to a queue of the stack so far. */
function sends({ account }: Stage, role: string, queue: string): number {
  return account.permissions.calls.filter(
    (call) =>
      call.role.startsWith(role) &&
      call.action === 'sqs:SendMessage' &&
      new RegExp(`Messaging${queue}Queue`).test(call.resource),
  ).length;
}

/**
 * The model changes while exams are under way, once to a model for GPUs and once back to a cheap one: each time the work
 * moves to the other lane, and every exam is answered.
 *
 * @param former folder of a bundle that does not say what an image costs: it goes to GPU workers
 * @param workers that run
 * @returns the workers that run afterwards
 */
export async function moveLane(stage: Stage, former: string, workers: WorkerService): Promise<WorkerService> {
  const { account, stores } = stage;
  const underWay = ['lane to gpu 1', 'lane to gpu 2', 'lane to gpu 3'];
  await put(stage, underWay);
  const dear = await installModel(stores, former);
  await answered(stage, underWay);
  const onGpu = ['gpu 1', 'gpu 2'];
  await put(stage, onGpu);
  const models = await answered(stage, onGpu);
  expectThat(
    models.every((model) => model === dear.model),
    'the model for GPUs to answer',
    models,
  );

  // No worker runs, as where the service is at rest: requests stay in its queue, and the model changes over them.
  await workers.stop();
  const left = ['lane to live 1', 'lane to live 2', 'lane to live 3'];
  await put(stage, left);
  await waitUntil('requests to wait for a GPU worker', async () =>
    (await stores.depth('ScreeningQueue')) >= left.length ? true : undefined,
  );
  const cheap = await installModel(stores, DEFAULT_BUNDLE);
  const [handed, asked] = [
    sends(stage, 'ScreeningTask', 'Intake'),
    sends(stage, 'IntakeFunction', 'LiveScreening'),
  ];
  const woken = await account.startWorkers();
  const moved = await answered(stage, left);
  expectThat(
    moved.every((model) => model === cheap.model),
    'the cheap model to answer what waited for a GPU',
    moved,
  );
  expectThat(sends(stage, 'ScreeningTask', 'Intake') > handed, 'the woken worker to have handed them back');
  expectThat(
    sends(stage, 'IntakeFunction', 'LiveScreening') > asked,
    'intake to have asked the live lane for them',
  );
  expectThat(sends(stage, 'LiveLaneFunction', 'Results') > 0, 'the live lane to have answered');
  return woken;
}
