import { expect, it } from 'vitest';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { imageKey } from '../../core/keys/image-key.ts';
import { erasePatient } from '../../core/patients/erase-patient.ts';
import { KEPT_RECORDS_PREFIX, keptRecordKey } from '../../core/records/kept-record.ts';
import { EXAM } from '../../core/testing/records.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';

const ADDRESS = `/v1/programs/${EXAM.program}/patients/${EXAM.patient}/exams/${EXAM.exam}`;

async function screened(): Promise<FunctionRun> {
  const run = await FunctionRun.open();
  await run.upload('left', 'L1');
  await run.upload('right', 'R12');
  await run.settle();
  return run;
}

async function kept({ home }: FunctionRun): Promise<ExamRecord | undefined> {
  const found = await home.objects.head(keptRecordKey(EXAM));
  if (found === undefined) return undefined;
  return JSON.parse(Buffer.from((await home.objects.get(keptRecordKey(EXAM))).content).toString());
}

it('what the machine has found is not kept, since it can be found again', async () => {
  await using run = await screened();
  expect(await kept(run)).toBeUndefined();
});

it('a verdict is kept in the store as soon as it holds, and so is its correction', async () => {
  await using run = await screened();
  const { post } = apiClient(run);
  const given = await post(`${ADDRESS}/reviews`, { outcome: 'refer', note: 'right eye' });
  expect(given.status).toBe(201);
  expect(await kept(run)).toEqual(await run.exam());
  expect((await kept(run))?.reviews).toMatchObject([{ outcome: 'refer', note: 'right eye' }]);
  const corrected = { outcome: 'recall', corrects: given.body.verdict.id, reason: 'wrong patient' };
  expect((await post(`${ADDRESS}/reviews`, corrected)).status).toBe(201);
  expect((await kept(run))?.reviews?.map(({ outcome }) => outcome)).toEqual(['refer', 'recall']);
});

it.each(['left', 'right'] as const)('a withdrawn image of the %s eye is kept as withdrawn', async (eye) => {
  await using run = await screened();
  const image = imageKey(EXAM, eye, 'jpg');
  await apiClient(run).post(`${ADDRESS}/images/withdraw`, { image, reason: 'another patient' });
  const withdrawn = (await kept(run))?.images.filter(({ state }) => state === 'withdrawn');
  expect(withdrawn).toMatchObject([
    { key: image, laterality: eye, withdrawal: { reason: 'another patient' } },
  ]);
});

it('nothing of an erased patient is kept, in any version', async () => {
  await using run = await screened();
  await apiClient(run).post(`${ADDRESS}/reviews`, { outcome: 'refer', note: 'right eye' });
  await erasePatient(run.home, {
    program: EXAM.program,
    patient: EXAM.patient,
    by: 'operator',
    now: () => new Date(),
  });
  expect((await run.home.objects.listVersions(KEPT_RECORDS_PREFIX, { limit: 10 })).items).toEqual([]);
});
