import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { LATERALITIES, type Laterality } from '../../core/exams/laterality.ts';
import { continueErasures } from '../../core/patients/continue-erasures.ts';
import { erasePatient } from '../../core/patients/erase-patient.ts';
import { apiClient } from '../../functions/testing/api-client.ts';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { drawnRow, storeRows } from './drawn-features.ts';
import { foundIn } from './search-bytes.ts';
import { wrappedHome } from './wrapped-home.ts';

const PROGRAM = 'north';
/** More calls than an erasure makes here end the test: it must know its last step. */
const MOST_STEPS = 400;

class Killed extends Error {}

/** A patient with two exams, former results, rows that no record names, a review and answers. */
async function admit(run: FunctionRun, patient: string, seed: number): Promise<void> {
  const exams = ['2026-05-01', '2026-06-01'].map((exam) => ({ program: PROGRAM, patient, exam }));
  for (const [index, exam] of exams.entries()) {
    for (const version of index === 0 ? ['first', 'second'] : ['only']) {
      for (const eye of ['left', 'right'] as const) {
        await run.upload(eye, photograph(version, eye, patient, exam.exam), exam);
      }
      while ((await run.deliver('intake')) > 0);
      const messages = await run.receive('screening');
      for (const { body } of messages) {
        const request = JSON.parse(body);
        const row = { exam: request.exam, requestId: request.requestId, seed };
        await storeRows(run.home.features, [{ ...row, seed: seed + 0.5 }]);
        const [features] = await storeRows(run.home.features, [row]);
        await run.answer(request, { features });
      }
      await run.home.queues.screening.queue.delete(messages.map(({ receipt }) => receipt));
      while ((await run.deliver('results')) > 0);
    }
  }
  const review = { outcome: 'refer', note: patient };
  await apiClient(run).post(`/v1/programs/${PROGRAM}/patients/${patient}/exams/2026-05-01/reviews`, review, {
    'idempotency-key': patient,
  });
}

/** The pixels that tests prepare of a text are the beginning of its hash. */
const pixelsOf = (text: string) => createHash('sha256').update(text).digest().subarray(0, 12);

const photograph = (version: string, eye: Laterality, patient: string, exam: string) =>
  `photograph ${version} of ${eye} eye of ${patient}/${exam}`;

function needlesOf(patient: string, seed: number): ReadonlyMap<string, Uint8Array> {
  const rows = [seed, seed + 0.5].flatMap(drawnRow);
  const texts = LATERALITIES.map((eye) => photograph('second', eye, patient, '2026-05-01'));
  return new Map([
    [`pseudonym ${patient}`, Buffer.from(patient)],
    ...texts.map((text) => [`pixels of ${text}`, pixelsOf(text)] as const),
    ...rows.map((row, index) => [`row ${index} of ${patient}`, Buffer.from(row.buffer)] as const),
  ]);
}

it('goes on after a kill at any step, called again or by itself, and leaves nothing', async () => {
  await using run = await FunctionRun.open();
  const bystander = { program: PROGRAM, patient: 'STAYS', exam: '2026-05-01' };
  await admit(run, 'STAYS', -1);
  const needles = new Map<string, Uint8Array>();
  const now = () => new Date(run.now());
  let steps = 0;
  for (let step = 0; step < MOST_STEPS; step += 1 + Math.floor(step / 8)) {
    const patient = `KILLED-${String(step).padStart(3, '0')}-x`;
    await admit(run, patient, step);
    expect((await foundIn(run.home.folder.directory, needlesOf(patient, step))).length).toBeGreaterThan(10);
    for (const [what, bytes] of needlesOf(patient, step)) needles.set(what, bytes);
    let calls = 0;
    const killed = wrappedHome(run.home, (name, call) => {
      calls += 1;
      return calls > step ? Promise.reject(new Killed(`killed at ${name}`)) : call();
    });
    const request = { program: PROGRAM, patient, by: 'operator', now };
    const end = await erasePatient(killed, request).catch((error: unknown) => error);
    if (!(end instanceof Killed)) {
      steps = step;
      expect(end).toMatchObject({ receipt: { erased: { exams: 2, reviews: 1 } } });
      break;
    }
    run.pass(180);
    if (step % 2 === 0) await erasePatient(run.home, request);
    // Before the record of the erasure was written, there is nothing to go on with.
    else if (step > 3) expect((await continueErasures(run.home, now)).resumed).toBe(1);
    else await erasePatient(run.home, request);
    expect((await run.home.exams.listByPatient(PROGRAM, patient, { limit: 9 })).items).toEqual([]);
  }
  expect(steps).toBeGreaterThan(50);
  run.pass(21 * 60);
  expect((await continueErasures(run.home, now)).resumed).toBe(0);
  expect((await run.home.objects.list('erasures/', { limit: 9 })).items).toEqual([]);
  expect(await foundIn(run.home.folder.directory, needles)).toEqual([]);
  expect(await run.exam(bystander)).toMatchObject({ status: 'screened', reviews: [{ note: 'STAYS' }] });
  expect((await foundIn(run.home.folder.directory, needlesOf('STAYS', -1))).length).toBeGreaterThan(10);
}, 600_000);
