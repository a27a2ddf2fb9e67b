import { imageKey } from '../../../core/keys/image-key.ts';
import { preparedPrefixOf } from '../../../core/keys/prepared-key.ts';
import { drawExams } from './photographs.ts';
import { allResults, expectThat, PROGRAM, type Stage } from './stage.ts';
import { senderStore } from './stores.ts';
import { waitUntil } from './wait-until.ts';

/** Whose pixels are lost; the exam was uploaded by the command line. */
const PATIENT = 'P10';
const UNREADABLE = { program: PROGRAM, patient: 'P-unreadable', exam: '2026-05-02' };

/** How often a role has sent to a queue of the stack so far. */
function sends({ account }: Stage, role: string, queue: string): number {
  return account.permissions.calls.filter(
    (call) =>
      call.role.startsWith(role) &&
      call.action === 'sqs:SendMessage' &&
      call.resource.includes(`${queue}Queue`),
  ).length;
}

/** An exam without a readable photograph is answered without any worker: by intake. */
export async function answerUnreadable(stage: Stage): Promise<void> {
  const store = senderStore(stage.account);
  // Both are all that there is: unannounced, an exam without a gradable image would wait for another photograph.
  const metadata = { eyes: 'both' };
  for (const eye of ['left', 'right'] as const) {
    const content = Buffer.from(`%PDF-1.7 no photograph of a ${eye} eye`);
    await store.put(imageKey(UNREADABLE, eye, 'jpg'), content, { metadata });
  }
  const result = await waitUntil('the answer to an exam without a readable photograph', async () =>
    (await allResults(stage)).find(({ patient }) => patient === UNREADABLE.patient),
  );
  expectThat(result.outcome === 'ungradable', 'it to be ungradable', result);
  expectThat(sends(stage, 'IntakeFunction', 'Results') > 0, 'intake to have answered it');
}

/** Pixels that are lost are made again as soon as they are missed: a new left photograph has both eyes screened. */
export async function makePixelsAgain(stage: Stage): Promise<void> {
  const { stores, account } = stage;
  const [asked, before] = [
    sends(stage, 'LiveLaneFunction', 'Intake'),
    sends(stage, 'IntakeFunction', 'Preparation'),
  ];
  const removed = await stores.prepared.removeAll(preparedPrefixOf({ program: PROGRAM, patient: PATIENT }));
  expectThat(removed > 0, 'pixels of a patient to be lost', removed);
  const recordOf = async () => (await stores.exams.listByPatient(PROGRAM, PATIENT, { limit: 1 })).items[0];
  const key = (await recordOf())?.images.find(({ laterality }) => laterality === 'left')?.key ?? '';
  const [drawn] = await drawExams([[PATIENT, 'another day']]);
  const { sha256 } = await senderStore(account).put(key, drawn?.left ?? Buffer.of());
  await waitUntil('both eyes to be screened with a new left one', async () => {
    const record = await recordOf();
    const isNew = record?.images.some((image) => image.sha256 === sha256 && image.state === 'current');
    return isNew === true && record?.status === 'screened' ? true : undefined;
  });
  expectThat(
    sends(stage, 'LiveLaneFunction', 'Intake') > asked,
    'the live lane to have missed the pixels of the right eye',
  );
  expectThat(sends(stage, 'IntakeFunction', 'Preparation') > before, 'intake to have had them made again');
}
