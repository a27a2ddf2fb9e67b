import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerProgram } from '../../core/programs/program-register.ts';
import { type Answer, apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';

const PATIENTS = ['P1', 'P2', 'P3', 'P4', 'P5'];
let run: FunctionRun;
let get: (path: string) => Promise<Answer>;

/** P1 to P5 are screened in this order, with the probability of glaucoma 0.1 … 0.5; P6 waits for its other eye. */
beforeAll(async () => {
  run = await FunctionRun.open();
  for (const [index, patient] of PATIENTS.entries()) {
    const exam = { program: 'north', patient, exam: '1' };
    await run.upload('left', `L ${patient}`, exam);
    await run.upload('right', `R ${patient}`, exam);
    await run.deliver('intake');
    const [message] = await run.receive('screening');
    const probability = (index + 1) / 10;
    const finding = { level: 'patient', head: 'odir', label: 'glaucoma', threshold: 0.35 } as const;
    await run.answer(JSON.parse(String(message?.body)), {
      screenedAt: `2026-05-0${index + 1}T12:00:00.000Z`,
      findings: [{ ...finding, image: null, probability }],
    });
    await run.deliver('results');
    await run.home.queues.screening.queue.delete(message === undefined ? [] : [message.receipt]);
  }
  await run.upload('left', 'L P6', { program: 'north', patient: 'P6', exam: '1' });
  await run.deliver('intake');
  ({ get } = apiClient(run));
});
afterAll(() => run[Symbol.asyncDispose]());

/** A gradable eye of one image that nobody said the field of. */
function eyeLine(image: string) {
  const line = { image, gradable: true, reason: null };
  return { ...line, images: [{ ...line, field: null }] };
}

async function patients(query: string): Promise<string[]> {
  const { status, body } = await get(`/v1/programs/north/results${query}`);
  expect(status).toBe(200);
  return body.items.map((line: { patient: string }) => line.patient);
}

describe('results', () => {
  it.each([
    ['', ['P5', 'P4', 'P3', 'P2', 'P1']],
    ['?order=oldest-first', ['P1', 'P2', 'P3', 'P4', 'P5']],
    ['?outcome=refer', ['P5', 'P4']],
    ['?outcome=refer-urgent', []],
    ['?patient=P3', ['P3']],
    ['?patient=P6', []],
    ['?label=glaucoma&min=0.2&max=0.4', ['P4', 'P3', 'P2']],
    ['?since=2026-05-03T00:00:00Z', ['P5', 'P4', 'P3']],
    ['?until=2026-05-03T12:00:00Z', ['P2', 'P1']],
    ['?since=2026-05-02T14:00:00%2B02:00&until=2026-05-04T12:00:00Z', ['P3', 'P2']],
    ['?outcome=recall&label=glaucoma&min=0.2&limit=1', ['P3']],
    ['?sort=urgency', ['P5', 'P4', 'P3', 'P2', 'P1']],
    ['?sort=urgency&order=oldest-first', ['P4', 'P5', 'P1', 'P2', 'P3']],
    ['?model=m1&gradable=true&reviewed=false', ['P5', 'P4', 'P3', 'P2', 'P1']],
    ['?model=another', []],
    ['?gradable=false', []],
    ['?reason=too-dark', []],
    ['?reviewed=true', []],
    ['?patient=P3&label=glaucoma&min=0.4', []],
  ])('%s are those of %j', async (query, expected) => {
    expect(await patients(query)).toEqual(expected);
  });

  it.each(['', '&label=glaucoma&min=0.15', '&outcome=recall', '&patient=P2', '&sort=urgency'])(
    'come in pages that hold each of them once%s',
    async (filter) => {
      const whole = await patients(`?limit=500${filter}`);
      const paged: string[] = [];
      let cursor = '';
      do {
        const { body } = await get(`/v1/programs/north/results?limit=2${filter}${cursor}`);
        expect(body.items.length).toBeLessThanOrEqual(2);
        paged.push(...body.items.map((line: { patient: string }) => line.patient));
        cursor = body.cursor === undefined ? '' : `&cursor=${body.cursor}`;
      } while (cursor !== '');
      expect(paged).toEqual(whole);
    },
  );

  it.each([
    ['?limit=0', /limit/],
    ['?limit=501', /limit/],
    ['?outcome=maybe', /outcome/],
    ['?limit=1000000', /limit/],
    ['?cursor=made-up', /cursor/],
    ['?gradable=true&reason=too-dark', /exclude each other/],
    ['?gradable=perhaps', /gradable/],
    ['?reason=ugly', /reason/],
    ['?sort=urgency&outcome=refer', /urgency/],
    ['?min=0.5', /label/],
    ['?label=glaucoma&min=2', /min/],
    ['?label=glaucoma&min=0.9&max=0.1', /min is larger/],
    ['?since=yesterday', /since/],
    ['?since=2026-05-03T00:00:00Z&until=2026-05-01T00:00:00Z', /before until/],
    ['?patient=..%2Fx', /patient/],
    ['?cursor=forged', /cursor/],
  ])('%s is answered with what is wrong', async (query, detail) => {
    const { status, body } = await get(`/v1/programs/north/results${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ status: 400, title: 'The request is not valid' });
    expect(body.detail).toMatch(detail);
  });

  it('say of what model, of what eyes, and that they are for research', async () => {
    const { body } = await get('/v1/programs/north/results?patient=P4');
    expect(body.items).toEqual([
      {
        program: 'north',
        patient: 'P4',
        exam: '1',
        outcome: 'refer',
        screenedAt: '2026-05-04T12:00:00.000Z',
        model: 'm1',
        heads: ['odir'],
        eyes: {
          left: eyeLine('images/north/P4/1/left.jpg'),
          right: eyeLine('images/north/P4/1/right.jpg'),
        },
        findings: [
          {
            level: 'patient',
            image: null,
            head: 'odir',
            label: 'glaucoma',
            probability: 0.4,
            threshold: 0.35,
            positive: true,
          },
        ],
        flags: ['research-use-only'],
        review: null,
        final: { outcome: 'refer', decidedBy: 'machine' },
        reasons: [
          {
            ...{ outcome: 'refer', because: 'finding', level: 'patient', head: 'odir' },
            ...{ label: 'glaucoma', probability: 0.4, threshold: 0.35 },
          },
        ],
      },
    ]);
  });
});

describe('the summary', () => {
  it('counts every exam once', async () => {
    const { body } = await get('/v1/programs/north/summary');
    const none = { recall: 0, 'not-assessed': 0, ungradable: 0, refer: 0, 'refer-urgent': 0 };
    const outcomes = { ...none, recall: 3, refer: 2 };
    expect(body).toEqual({
      program: 'north',
      exams: 6,
      waiting: { registered: 1, screening: 0 },
      screened: 5,
      outcomes,
      byMachine: outcomes,
      ungradableRate: 0,
      reviews: { exams: 0, outcomes: none },
      labels: [{ label: 'glaucoma', exams: 5, positive: 2 }],
      days: PATIENTS.map((_, index) => {
        const ofDay = { ...none };
        ofDay[index < 3 ? 'recall' : 'refer'] = 1;
        return { day: `2026-05-0${index + 1}`, screened: 1, outcomes: ofDay, ungradableRate: 0 };
      }),
      countedAt: expect.any(String),
      trouble: [],
      notice: 'Research use only: not for diagnosis.',
    });
  });

  it('of a registered program that nobody has sent to is empty', async () => {
    await registerProgram(run.home.objects, 'south');
    const { body } = await get('/v1/programs/south/summary');
    expect(body).toMatchObject({ exams: 0, screened: 0, ungradableRate: null });
  });
});

describe('exams', () => {
  it('tell their state and what they wait for', async () => {
    const { body } = await get('/v1/programs/north/patients/P6/exams/1');
    expect(body).toMatchObject({
      state: {
        status: 'registered',
        missingEyes: { left: null, right: 'not-received' },
        screened: null,
        outcome: null,
      },
      result: null,
    });
  });

  it('of a patient are listed', async () => {
    const { body } = await get('/v1/programs/north/patients/P2/exams');
    expect(body.items).toMatchObject([{ state: { exam: '1', status: 'screened' } }]);
    expect((await get('/v1/programs/north/patients/P99/exams')).body).toEqual({ items: [] });
  });

  it('that do not exist are not found, by name', async () => {
    const { status, body } = await get('/v1/programs/north/patients/P9/exams/1');
    expect(status).toBe(404);
    expect(body.detail).toContain('"P9"');
  });

  it('can be looked up many at once, in the order asked', async () => {
    const { post } = apiClient(run);
    const exams = ['P6', 'P9', 'P1'].map((patient) => ({ patient, exam: '1' }));
    const { body } = await post('/v1/programs/north/exams/lookup', { exams });
    expect(body.items.map((item: { status: string }) => item.status)).toEqual([
      'registered',
      'unknown',
      'screened',
    ]);
  });
});
