import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { TextEncoder } from '../../core/ports/index.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { EXAM, MODEL } from '../../core/testing/records.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import { createApi } from '../api/app.ts';
import { OPERATOR } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { createIndexExam } from './index-exam.ts';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Says which axis a text points along. */
const ENCODER: TextEncoder = {
  async encode(text) {
    const vector = Float32Array.from([text.includes('east') ? 1 : 0, text.includes('north') ? 1 : 0, 0, 0]);
    return { model: MODEL.model, trained: !text.startsWith('untrained'), vector };
  },
};

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
  await registerProgram(run.home.objects, 'north');
});
afterEach(() => run[Symbol.asyncDispose]());

/** Screens an exam whose patient features are given; `null`: no eye was gradable. */
async function screen(
  patient: string,
  vector: readonly number[] | null,
  flags: string[] = [],
): Promise<ExamKey> {
  const exam = { ...EXAM, patient };
  await run.upload('left', `${patient} L`, exam);
  await run.upload('right', `${patient} R ${String(vector)}`, exam);
  await run.deliver('intake');
  const messages = await run.receive('screening');
  const request = JSON.parse(String(messages.at(-1)?.body));
  await run.home.queues.screening.queue.delete(messages.map(({ receipt }) => receipt));
  const matrix = Float32Array.from(vector ?? []);
  const [features = null] =
    vector === null
      ? []
      : await run.home.features.put({
          ...{ model: MODEL.model, preprocessing: MODEL.preprocessing },
          exams: [{ exam, requestId: request.requestId, eyes: { left: true, right: true } }],
          matrices: { leftVisual: matrix, rightVisual: matrix, left: matrix, right: matrix, patient: matrix },
        });
  await run.answer(request, { features, flags });
  await run.deliver('results');
  return exam;
}

/** Hands the events to indexing, as the bus does. @returns the reasons of dead letters */
async function index(): Promise<string[]> {
  const { queue } = run.home.queues.indexing;
  for (const { event } of await run.home.events.after(0, 1_000)) {
    if (event.type === 'ExamScreened') await queue.send([{ body: JSON.stringify(event) }]);
  }
  const counters = { add: () => undefined };
  const consume = createIndexExam({ home: run.home, log: SILENT, counters });
  for (;;) {
    const messages = await run.receive('indexing');
    if (messages.length === 0) break;
    const { batchItemFailures } = await consume(queueEventOf(messages, 'indexing'));
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    await queue.delete(messages.filter(({ id }) => !failed.has(id)).map(({ receipt }) => receipt));
    if (failed.size > 0) run.pass(600);
  }
  return (await run.deadLetters('indexing')).map(({ attributes }) => attributes.reason ?? '');
}

async function search(body: unknown, program = 'north') {
  const app = createApi({
    home: { ...run.home, encoder: ENCODER },
    authenticate: () => OPERATOR,
    log: SILENT,
  });
  const response = await app.request(`/v1/programs/${program}/search`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever the API answers
  return { status: response.status, body: (await response.json()) as any };
}

const found = async (body: unknown) =>
  (await search(body)).body.items.map((item: { patient: string }) => item.patient);

describe('search', () => {
  it('finds patients by a text, the most similar first', async () => {
    await screen('A', [1, 1, 0, 0]);
    await screen('B', [3, 0, 0, 0]);
    await screen('C', [0, 2, 0, 0]);
    expect(await index()).toEqual([]);
    const { status, body } = await search({ text: 'east', limit: 2 });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      model: 'm1',
      trained: true,
      notice: expect.stringMatching(/Research use only/),
    });
    expect(body.items).toEqual([
      expect.objectContaining({ program: 'north', patient: 'B', exam: EXAM.exam, outcome: 'refer' }),
      expect.objectContaining({ patient: 'A' }),
    ]);
    expect(body.items[0].similarity).toBeCloseTo(1, 5);
    expect(body.items[1].similarity).toBeCloseTo(Math.SQRT1_2, 5);
    expect(await found({ text: 'north', limit: 1 })).toEqual(['C']);
  });

  it('finds patients like one, and not that one', async () => {
    await screen('A', [1, 0, 0, 0]);
    await screen('B', [0, 1, 0, 0]);
    await screen('C', [0.9, 0.1, 0, 0]);
    await index();
    expect(await found({ exam: { patient: 'A', exam: EXAM.exam } })).toEqual(['C', 'B']);
  });

  it('says when the model is untrained', async () => {
    const byText = await search({ text: 'untrained, north' });
    expect(byText.body).toMatchObject({ trained: false, notice: expect.stringMatching(/untrained/) });
    await screen('A', [1, 0, 0, 0], ['untrained-model']);
    await index();
    const like = await search({ exam: { patient: 'A', exam: EXAM.exam } });
    expect(like.body).toMatchObject({ trained: false, notice: expect.stringMatching(/untrained/) });
  });

  it('follows a new result of an exam, and forgets one that has no features any more', async () => {
    await screen('A', [1, 0, 0, 0]);
    await screen('B', [0.5, 0.5, 0, 0]);
    await index();
    await screen('A', [0, 1, 0, 0]);
    await index();
    expect(await found({ text: 'east' })).toEqual(['B', 'A']);
    await screen('A', null);
    await index();
    expect(await found({ text: 'east' })).toEqual(['B']);
  });

  it('does not find who has been erased, whether from the index or only from the table', async () => {
    const a = await screen('A', [1, 0, 0, 0]);
    const b = await screen('B', [1, 0.1, 0, 0]);
    await index();
    const record = await run.exam(a);
    if (record !== undefined) await run.home.exams.remove(record);
    expect(await found({ text: 'east' })).toEqual(['B']);
    await run.home.vectors.remove(b.program, b.patient, [b.exam]);
    expect(await found({ text: 'east' })).toEqual([]);
    await index();
    expect(await run.home.vectors.vectorOf(a, MODEL.model)).toBeUndefined();
  });

  it('gives up on an exam whose shard is missing, and says what to do', async () => {
    const exam = await screen('A', [1, 0, 0, 0]);
    const shard = String((await run.exam(exam))?.result?.features?.shard);
    await run.home.objects.delete(shard);
    const reasons = await index();
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toContain(shard);
  });

  it.each([
    ['neither text nor exam', {}],
    ['both', { text: 'a', exam: { patient: 'A', exam: 'x' } }],
    ['an empty text', { text: ' ' }],
    ['a limit of a million', { text: 'a', limit: 1_000_000 }],
    ['an outcome that is none', { text: 'a', outcome: 'cured' }],
  ])('refuses %s', async (_, body) => {
    expect((await search(body)).status).toBe(400);
  });

  it('does not know an exam that was never screened', async () => {
    const { status, body } = await search({ exam: { patient: 'nobody', exam: 'x' } });
    expect(status).toBe(404);
    expect(body.detail).toMatch(/not screened/);
  });

  it('by text says that it is not answered where no text tower runs', async () => {
    const app = createApi({ home: run.home, authenticate: () => OPERATOR, log: SILENT });
    const response = await app.request('/v1/programs/north/search', {
      method: 'POST',
      body: JSON.stringify({ text: 'a' }),
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(503);
  });
});
