import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { TextEncoder } from '../../core/ports/index.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { MODEL } from '../../core/testing/records.ts';
import { createIndexExam } from '../../functions/index-exam/index-exam.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import { ServedApi } from '../system/served-api.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Points where the text says. */
const ENCODER: TextEncoder = {
  async encode(text) {
    const vector = Float32Array.from([text === 'east' ? 1 : 0, text === 'north' ? 1 : 0]);
    return { model: MODEL.model, trained: true, vector };
  },
};

let api: ServedApi;

/** Screens a patient with given features. */
async function screened(patient: string, vector: readonly number[], probability: number): Promise<void> {
  const { run } = api;
  const exam: ExamKey = { program: 'north', patient, exam: '1' };
  await run.upload('left', `${patient} left`, exam);
  await run.upload('right', `${patient} right`, exam);
  await run.deliver('intake');
  const [message] = await run.receive('screening');
  const request = JSON.parse(String(message?.body));
  const matrix = Float32Array.from(vector);
  const [features = null] = await run.home.features.put({
    ...{ model: MODEL.model, preprocessing: MODEL.preprocessing },
    exams: [{ exam, requestId: request.requestId, eyes: { left: true, right: true } }],
    matrices: { leftVisual: matrix, rightVisual: matrix, left: matrix, right: matrix, patient: matrix },
  });
  const found = { level: 'patient', head: 'odir', label: 'glaucoma', threshold: 0.5 } as const;
  const findings = [{ ...found, image: null, probability }];
  await run.answer(request, { features, findings });
  await run.deliver('results');
  await run.home.queues.screening.queue.delete(message === undefined ? [] : [message.receipt]);
}

beforeAll(async () => {
  api = await ServedApi.open({ encoder: ENCODER });
  await screened('A', [1, 0], 0.9);
  await screened('B', [0.8, 0.6], 0.1);
  await screened('C', [0, 1], 0.9);
  const { home } = api.run;
  const { queue } = home.queues.indexing;
  const events = await home.events.after(0, 100);
  await queue.send(events.map(({ event }) => ({ body: JSON.stringify(event) })));
  const index = createIndexExam({ home, log: QUIET, counters: { add: () => undefined } });
  await index(queueEventOf(await queue.receive({ maxMessages: 10, waitSeconds: 0 }), 'indexing'));
});
afterAll(() => api[Symbol.asyncDispose]());

async function found(...words: readonly string[]) {
  const { code, stdout, stderr } = await api.retclip('search', ...words, '--program', 'north', '--json');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}

describe('retclip search', () => {
  it('prints the patients that a text finds, the most similar first, one a line', async () => {
    const lines = await found('east');
    expect(lines.map(({ patient }) => patient)).toEqual(['A', 'B', 'C']);
    expect(lines[0]).toMatchObject({
      ...{ program: 'north', exam: '1', outcome: 'refer', model: MODEL.model, trained: true },
      notice: expect.stringMatching(/Research use only/),
    });
    expect(lines[1].similarity).toBeCloseTo(0.8, 5);
  });

  it('keeps to an outcome and to a number, and finds patients like one', async () => {
    expect((await found('east', '--outcome', 'refer')).map(({ patient }) => patient)).toEqual(['A', 'C']);
    expect((await found('north', '--limit', '1')).map(({ patient }) => patient)).toEqual(['C']);
    expect((await found('--exam', 'C/1')).map(({ patient }) => patient)).toEqual(['B', 'A']);
  });

  it('prints a table for a terminal, with what it is not for', async () => {
    const { code, stdout } = await api.retclip('search', 'east', '--program', 'north');
    expect(code).toBe(0);
    expect(stdout).toMatch(/similarity.*patient.*1\.000.*A.*0\.800.*B.*Research use only/s);
  });

  it('says that nothing is indexed for a program that has nothing', async () => {
    await registerProgram(api.run.home.objects, 'south');
    const { code, stdout } = await api.retclip('search', 'east', '--program', 'south');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Nothing is indexed/);
  });
});
