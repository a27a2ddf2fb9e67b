import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import { shardResultsKey } from '../../core/jobs/job-keys.ts';
import { preparedKey, preparedPrefixOf } from '../../core/keys/prepared-key.ts';
import type { ScreeningRequest } from '../../core/messages/screening-request.ts';
import { continueErasures } from '../../core/patients/continue-erasures.ts';
import { erasePatient } from '../../core/patients/erase-patient.ts';
import type { ReceivedMessage } from '../../core/ports/index.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { MODEL, outputOf } from '../../core/testing/records.ts';
import { createAggregate } from '../../functions/aggregate/aggregate.ts';
import { createApi } from '../../functions/api/app.ts';
import { createIndexExam } from '../../functions/index-exam/index-exam.ts';
import { createIntake } from '../../functions/intake/intake.ts';
import { createPrepare } from '../../functions/prepare/prepare.ts';
import { textPreparer } from '../../functions/prepare/testing/text-preparer.ts';
import { OPERATOR } from '../../functions/testing/api-client.ts';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import type { LocalHome } from '../../local/home.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import { drawnRow, storeRows } from './drawn-features.ts';
import { foundIn } from './search-bytes.ts';
import { wrappedHome } from './wrapped-home.ts';

const examOf = (patient: string): ExamKey => ({ program: 'north', patient, exam: '2026-05-01' });
const OTHER = examOf('STAYS');
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const RUNS = 12;

let versions = 0;

function upload(run: FunctionRun, exam: ExamKey, eye: Laterality) {
  versions += 1;
  return run.upload(eye, `${eye} eye of ${exam.patient}, version ${versions}`, exam);
}

async function screen(run: FunctionRun, seed: number): Promise<ScreeningRequest[]> {
  const messages = await run.receive('screening');
  await run.home.queues.screening.queue.delete(messages.map(({ receipt }) => receipt));
  const requests = messages.map(({ body }): ScreeningRequest => JSON.parse(body));
  for (const request of requests) {
    const { exam, requestId } = request;
    // Rows of the other patient have numbers of their own.
    const own = exam.patient === OTHER.patient ? -seed : seed;
    const [features] = await storeRows(run.home.features, [{ exam, requestId, seed: own }]);
    await run.answer(request, { features });
  }
  return requests;
}

async function settle(run: FunctionRun, seed: number): Promise<void> {
  for (;;) {
    const intake = await run.deliver('intake');
    const screened = await screen(run, seed);
    const results = await run.deliver('results');
    if (intake + screened.length + results === 0) return;
  }
}

/** Messages as a queue would deliver them once more, whatever has become of the first delivery. */
function again(messages: readonly ReceivedMessage[]): ReceivedMessage[] {
  return messages.map((message) => ({ ...message, receiveCount: 1 }));
}

/** Everybody who may be at an exam while it is erased, each with what it has read or received before. */
async function writersOf(run: FunctionRun, home: LocalHome, exam: ExamKey) {
  const job = { program: exam.program, job: `job-of-${run.now()}` };
  const parts = {
    home,
    configuration: new Configuration(home.objects),
    log: QUIET,
    counters: { add: () => undefined },
    now: () => new Date(run.now()),
  };
  const intake = createIntake(parts);
  const preparing = { ...parts, preparerFor: async () => textPreparer };
  const prepare = createPrepare({ ...preparing, source: 'preparation' });
  const aggregate = createAggregate(parts);
  const indexing = createIndexExam(parts);
  const api = createApi({ home, authenticate: () => OPERATOR, log: QUIET, clock: run.now });
  const arriving = await run.receive('preparation');
  await run.call('preparation', arriving);
  const announced = await run.receive('intake');
  // What comes again is prepared as if nobody had.
  await run.home.prepared.removeAll(preparedPrefixOf(exam));
  const record = await run.exam(exam);
  if (record?.request == null) throw new Error('Expected a request.');
  const { requestId, images, model } = record.request;
  const request = { schema: 'screening-request/2', exam, requestId, images, contract: null, model };
  const message = (body: unknown): ReceivedMessage => ({
    ...{ id: 'm', receipt: 'r', body: JSON.stringify(body), attributes: {} },
    ...{ receiveCount: 1, sentAt: new Date(run.now()) },
  });
  await run.home.objects.put(
    shardResultsKey(job, 0),
    Buffer.from(
      JSON.stringify({
        ...{ schema: 'shard-results/1', ...job, shard: 0, rescoredAt: new Date(run.now()).toISOString() },
        ...{ model: MODEL.model, preprocessing: MODEL.preprocessing, heads: MODEL.heads, shadow: false },
        columns: [{ level: 'patient', head: 'odir', label: 'glaucoma', threshold: 0.5 }],
        exams: [
          { patient: exam.patient, exam: exam.exam, base: requestId, probabilities: [0.731_415_926_5] },
        ],
        ...{ failed: [], workerSeconds: 1, pricePerHour: 0 },
      }),
    ),
  );
  const event = (of: ScreeningRequest | typeof request) => ({
    ...{ type: 'ExamScreened', id: of.requestId, at: new Date(run.now()).toISOString() },
    ...{ exam, outcome: 'refer' },
  });
  return {
    preparation: async () => void (await prepare(queueEventOf(again(arriving), 'preparation'))),
    intake: async () => void (await intake(queueEventOf(again(announced), 'intake'))),
    worker: async () => {
      const [features] = await storeRows(home.features, [{ exam, requestId, seed: 7 }]);
      const output = { ...outputOf(request as never), features };
      const result = { schema: 'screening-result/2', exam, output };
      await home.queues.results.queue.send([{ body: JSON.stringify(result) }]);
    },
    aggregate: async () => {
      const result = { schema: 'screening-result/2', exam, output: outputOf(request as never) };
      await aggregate(queueEventOf([message(result)], 'results'));
    },
    job: async () => {
      const rescored = { schema: 'shard-rescored/1', ...job, shard: 0 };
      await aggregate(queueEventOf([message(rescored)], 'results'));
    },
    review: async () => {
      await api.request(`/v1/programs/north/patients/${exam.patient}/exams/${exam.exam}/reviews`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
        body: JSON.stringify({ outcome: 'refer' }),
      });
    },
    indexing: async () => void (await indexing(queueEventOf([message(event(request))], 'indexing'))),
  };
}

/** An exam that was screened; one of its images is being replaced, and an eye of a further exam is on its way. */
async function admit(run: FunctionRun, exam: ExamKey): Promise<void> {
  for (const eye of ['left', 'right'] as const) await upload(run, exam, eye);
  await settle(run, 1);
  await upload(run, exam, 'left');
  await upload(run, { ...exam, exam: '2026-06-01' }, 'right');
}

function erasureOf(run: FunctionRun, { program, patient }: ExamKey) {
  return { program, patient, by: 'operator', now: () => new Date(run.now()) };
}

/** Late messages, and those of deliveries that failed, are worked on; then nothing of the patient is anywhere. */
async function expectNothingLeft(run: FunctionRun, exam: ExamKey, what: string): Promise<void> {
  run.pass(60);
  await settle(run, 2);
  const { items } = await run.home.exams.listByPatient(exam.program, exam.patient, { limit: 9 });
  expect(items, what).toEqual([]);
  // Tells how many there were.
  expect(await run.home.prepared.removeAll(preparedPrefixOf(exam)), what).toBe(0);
  run.pass(21 * 60);
  await settle(run, 3);
  await continueErasures(run.home, () => new Date(run.now()));
  const needles = new Map<string, Uint8Array>([
    ['pseudonym', Buffer.from(exam.patient)],
    ['probability', Buffer.from('0.731')],
    ...[2, 3, 7].flatMap((seed) =>
      drawnRow(seed).map((row, index) => [`row ${seed} ${index}`, Buffer.from(row.buffer)] as const),
    ),
  ]);
  expect(await foundIn(run.home.folder.directory, needles), what).toEqual([]);
  expect(await run.home.prepared.removeAll(preparedPrefixOf(exam)), what).toBe(0);
}

async function expectNewExam(run: FunctionRun, exam: ExamKey): Promise<void> {
  for (const eye of ['left', 'right'] as const) await upload(run, exam, eye);
  await settle(run, 5);
  const found = await run.exam(exam);
  expect(found?.status).toBe('screened');
  expect(found?.images).toHaveLength(2);
  expect(found?.reviews ?? []).toEqual([]);
}

async function race(scheduler: fc.Scheduler): Promise<void> {
  await using run = await FunctionRun.open();
  const exam = examOf('RACED-9x');
  await admit(run, OTHER);
  // An exam that waits for a further eye waits no longer.
  run.pass(16 * 60);
  await settle(run, 1);
  await admit(run, exam);
  const other = await run.exam(OTHER);
  const home = wrappedHome(run.home, async (name, call) => {
    // What the eraser does alone need not be cut into single calls: its order against others is what matters.
    if (name.startsWith('traces')) return call();
    const settled = await scheduler.scheduleFunction(async () => {
      const [outcome] = await Promise.allSettled([call()]);
      return outcome;
    })();
    if (settled?.status === 'rejected') throw settled.reason;
    return settled?.value;
  });
  const writers = await writersOf(run, home, exam);
  const all = [erasePatient(home, erasureOf(run, exam)), ...Object.values(writers).map((writer) => writer())];
  await scheduler.waitFor(Promise.all(all));
  await expectNothingLeft(run, exam, 'after the race');
  expect(await run.exam(OTHER)).toEqual(other);
  await expectNewExam(run, exam);
}

it('brings no exam back, whichever writers run in whichever order while its patient is erased', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), (scheduler) => race(scheduler)),
    { numRuns: Number(process.env.RACES ?? RUNS), endOnFailure: true },
  );
}, 900_000);

/** A home whose calls wait at the given one until they are let go. */
function stallingHome(given: LocalHome, step: number) {
  let calls = 0;
  const reached = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const home = wrappedHome(given, async (_, call) => {
    calls += 1;
    if (calls > step) {
      reached.resolve();
      await go.promise;
    }
    return call();
  });
  return { home, reached: reached.promise, go: go.resolve };
}

const WRITERS = ['preparation', 'intake', 'worker', 'aggregate', 'job', 'review', 'indexing'] as const;

it.each(WRITERS)(
  'brings nothing back by %s that stood still at any of its calls meanwhile',
  async (name) => {
    await using run = await FunctionRun.open();
    for (let step = 0; ; step += 1) {
      const exam = examOf(`STALLED-${name}-${step}x`);
      await admit(run, exam);
      const { home, reached, go } = stallingHome(run.home, step);
      const writer = await writersOf(run, home, exam);
      const writing = writer[name]();
      const isOver = await Promise.race([writing.then(() => true), reached.then(() => false)]);
      await erasePatient(run.home, erasureOf(run, exam));
      // What comes now is new, and must not be joined by what the writer holds.
      if (step % 2 === 1) await upload(run, exam, 'right');
      go();
      await writing;
      if (step % 2 === 0) await expectNothingLeft(run, exam, `${name} at its call ${step}`);
      else {
        run.pass(60);
        await settle(run, 2);
        const images = (await run.exam(exam))?.images ?? [];
        expect(
          images.map(({ laterality, state }) => [laterality, state]),
          `${name} at its call ${step}`,
        ).toEqual([['right', 'current']]);
        await erasePatient(run.home, erasureOf(run, exam));
        await expectNothingLeft(run, exam, `${name} at its call ${step}, erased again`);
      }
      if (isOver) {
        expect(step).toBeGreaterThan(2);
        return;
      }
    }
  },
  900_000,
);

it('leaves no pixels to the second look that were written by a preparation that died behind its write', async () => {
  await using run = await FunctionRun.open();
  const exam = examOf('DIED-4x');
  await admit(run, exam);
  const [image] = (await run.exam(exam))?.images ?? [];
  if (image === undefined) throw new Error('Expected an image.');
  await erasePatient(run.home, erasureOf(run, exam));
  await run.home.prepared.put(preparedKey(image, 'c0ffee'), Buffer.from('pixels'));
  run.pass(21 * 60);
  await continueErasures(run.home, () => new Date(run.now()));
  expect(await run.home.prepared.has(preparedKey(image, 'c0ffee'))).toBe(false);
});
