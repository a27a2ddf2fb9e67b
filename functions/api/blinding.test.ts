import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { OUTCOMES, type Outcome } from '../../core/exams/outcome.ts';
import type { Quality, UngradableReason } from '../../core/exams/quality.ts';
import { readingOf } from '../../core/exams/review-settings.ts';
import { DEFAULT_SETTINGS, settingsKey } from '../../core/programs/program-settings.ts';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import type { Scope } from './caller.ts';

/** What a blinded reader must not be able to tell. */
interface Secret {
  readonly machine: Outcome;
  readonly probability: number;
  readonly reason: UngradableReason | null;
  readonly first: Outcome | null;
}

const PATIENTS = ['P1', 'P2', 'P3', 'P4'] as const;
const REFER: Secret = { machine: 'refer', probability: 0.83, reason: null, first: 'recall' };
const URGENT: Secret = { machine: 'refer-urgent', probability: 0.99, reason: null, first: 'refer' };
const HAZY: Secret = { machine: 'ungradable', probability: 0.1, reason: 'out-of-focus', first: 'recall' };
/** Read over: there is no first verdict. */
const DRAWN: Secret = { machine: 'recall', probability: 0.05, reason: null, first: null };

const START = Date.parse('2026-05-01T00:00:00.000Z');
const LIST = '/v1/programs/north';
const address = (patient: string) => `${LIST}/patients/${patient}/exams/1`;

function recordOf(patient: string, index: number, secret: Secret, blindToModel: boolean): ExamRecord {
  const key = { program: 'north', patient, exam: '1' };
  const at = new Date(START + index * 60_000).toISOString();
  const record = screenedExam(registeredExam(key, at), secret.machine, at);
  const { result } = record;
  if (result?.eyes.left == null) throw new Error('no result');
  const { probability, reason } = secret;
  const measurements = result.eyes.left.quality.measurements;
  const quality: Quality =
    reason === null ? { gradable: true, reason, measurements } : { gradable: false, reason, measurements };
  const left = {
    ...result.eyes.left,
    quality,
    images: result.eyes.left.images.map((image) => ({ ...image, quality })),
  };
  const settings = { ...DEFAULT_SETTINGS.review, overReadShare: 1, blindToModel };
  return {
    ...record,
    result: {
      ...{ ...result, outcome: secret.machine, eyes: { ...result.eyes, left } },
      findings: result.findings.map((finding) => ({
        ...{ ...finding, probability, positive: probability > 0.4 },
      })),
    },
    reading: readingOf(settings, key, { outcome: secret.machine, screenedAt: at }),
  };
}

/** A program of which every exam waits for a second reader, or, blinded to the model, for a first. */
async function programOf(secrets: readonly Secret[], blindToModel: boolean): Promise<FunctionRun> {
  const run = await FunctionRun.open();
  const review = { ...DEFAULT_SETTINGS.review, overReadShare: 1, blindToModel };
  const settings = JSON.stringify({ ...DEFAULT_SETTINGS, review });
  await run.home.objects.put(settingsKey('north'), Buffer.from(settings));
  for (const [index, patient] of PATIENTS.entries()) {
    const secret = secrets[index] ?? REFER;
    await run.home.exams.save(recordOf(patient, index, secret, blindToModel));
    if (secret.first === null || blindToModel) continue;
    const verdict = { outcome: secret.first, note: `of ${patient}` };
    const { status } = await client(run, 'anna').post(`${address(patient)}/reviews`, verdict);
    if (status !== 201) throw new Error(`${status}`);
  }
  // One that everybody may know, so that no list is empty for another reason.
  await run.home.exams.save(recordOf('open', 9, REFER, false));
  await client(run, 'anna').post(`${address('open')}/reviews`, { outcome: 'refer' });
  return run;
}

const client = (run: FunctionRun, subject: string, scopes: readonly Scope[] = ['read', 'review']) =>
  apiClient(run, { subject, programs: ['north'], scopes });

const page = 'since=2026-04-01T00:00:00Z&until=2027-01-01T00:00:00Z&limit=2';
const RESULT_QUERIES = [
  ...['', page, 'order=oldest-first', 'sort=urgency', 'sort=urgency&order=oldest-first'],
  ...OUTCOMES.flatMap((outcome) => [`outcome=${outcome}`, `machineOutcome=${outcome}`]),
  ...PATIENTS.flatMap((patient) => [`patient=${patient}`, `patient=${patient}&outcome=refer`]),
  ...['min=0', 'min=0.5', 'min=0.9', 'max=0.06'].map((range) => `label=diabetic-retinopathy&${range}`),
  ...['model=bundle-1', 'gradable=true', 'gradable=false', 'reason=out-of-focus'],
  ...['reviewed=true', 'reviewed=false', 'reviewed=true&outcome=recall&sort=date'],
];
const WORK_QUERIES = ['first', 'second', 'arbitration'].flatMap((stage) => [
  ...[`stage=${stage}`, `stage=${stage}&limit=1`, `stage=${stage}&sort=urgency`],
  ...OUTCOMES.map((outcome) => `stage=${stage}&outcome=${outcome}`),
]);

type Reader = ReturnType<typeof client>;

/** Ids and instants of verdicts are of chance and of now. */
const withoutChance = (key: string, value: unknown) => (['id', 'at'].includes(key) ? undefined : value);

/** All pages of a list, one after the other. */
async function walked(reader: Reader, path: string): Promise<unknown[]> {
  const pages: unknown[] = [];
  let cursor = '';
  for (let count = 0; count < 30; count += 1) {
    const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await reader.get(`${path}${more}`);
    const { cursor: next, ...rest } = body;
    pages.push(JSON.parse(JSON.stringify({ status, ...rest }, withoutChance)));
    if (next === undefined) return pages;
    cursor = next;
  }
  throw new Error(`${path} has no end`);
}

/** Everything that a reader can ask about exams, by route. */
async function answersTo(reader: Reader): Promise<Record<string, unknown>> {
  const lists = [
    ...RESULT_QUERIES.map((query) => `${LIST}/results?${query}`),
    ...WORK_QUERIES.map((query) => `${LIST}/worklist?${query}`),
    `${LIST}/worklist/counts?`,
  ];
  const exams = PATIENTS.flatMap((patient) => [
    ...['', '/reading', '/reviews', '/reviews/own', '/images/left.jpg'].map(
      (part) => `${address(patient)}${part}?`,
    ),
    `${address(patient)}/images/left.jpg/maps/odir/diabetic-retinopathy?`,
    `${LIST}/patients/${patient}/exams?limit=1`,
  ]);
  const answers: Record<string, unknown> = {};
  for (const path of [...lists, ...exams]) answers[path] = await walked(reader, path);
  const names = PATIENTS.map((patient) => ({ patient, exam: '1' }));
  const posts = {
    [`${LIST}/exams/lookup`]: [{ exams: names }],
    [`${LIST}/patients/search`]: [{ patients: PATIENTS }],
    [`${LIST}/search`]: names.map((exam) => ({ exam })),
  };
  for (const [path, bodies] of Object.entries(posts)) {
    const all = await Promise.all(bodies.map((body) => reader.post(path, body)));
    answers[path] = all.map(({ status, body }) => ({ status, ...body }));
  }
  return answers;
}

/** Every exam has another secret in the second program than in the first. */
const ONE = [REFER, DRAWN, URGENT, HAZY];
const OTHER = [URGENT, HAZY, DRAWN, REFER];

describe.each([
  ['a second reader', false],
  ['a reader of a program that blinds to the model', true],
] as const)('%s', (_, blindToModel) => {
  let one: FunctionRun;
  let other: FunctionRun;
  beforeAll(async () => {
    one = await programOf(ONE, blindToModel);
    other = await programOf(OTHER, blindToModel);
  });
  afterAll(async () => {
    await one[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  });

  it.each([[['read', 'review']], [['review']]] as const)(
    'with the scopes %j can tell by no route, list, filter, sort or page what is hidden',
    async (scopes) => {
      const [here, there] = [client(one, 'ben', scopes), client(other, 'ben', scopes)];
      const [mine, theirs] = [await answersTo(here), await answersTo(there)];
      // Each by itself, so that the fault names its route.
      for (const [path, answer] of Object.entries(mine)) expect(theirs[path], path).toEqual(answer);
      expect(JSON.stringify(Object.values(mine))).not.toMatch(/of P\d/);
    },
  );

  it('is listed what waits, by arrival over all pages', async () => {
    const stage = blindToModel ? 'first' : 'second';
    const pages = await walked(client(one, 'ben'), `${LIST}/worklist?stage=${stage}&limit=1`);
    const patients = pages.flatMap((page) =>
      (page as { items: { patient: string }[] }).items.map(({ patient }) => patient),
    );
    expect(patients).toEqual(PATIENTS);
  });

  it('is found nothing of by those who read, and everything by those who run the program', async () => {
    const found = async (reader: Reader) =>
      (await reader.get(`${LIST}/results`)).body.items.map(({ patient }: { patient: string }) => patient);
    expect(await found(client(one, 'ben'))).toEqual(['open']);
    expect(await found(client(one, 'office', ['read', 'review', 'operate']))).toHaveLength(5);
    expect(await found(client(one, 'lead', ['read']))).toHaveLength(5);
  });

  it('is given a tag that counts no changes', async () => {
    for (const path of ['', '/reading', '/reviews/own']) {
      const { headers } = await client(one, 'ben').get(`${address('P1')}${path}`);
      expect(headers.get('etag'), path).toMatch(/^"[0-9a-f]{32}"$/);
    }
  });
});

describe('after a verdict', () => {
  let run: FunctionRun;
  beforeAll(async () => {
    run = await programOf(ONE, false);
  });
  afterAll(() => run[Symbol.asyncDispose]());

  it('a second reader is not answered whether the first agrees, and no error tells it', async () => {
    const differ = await client(run, 'ben').post(`${address('P1')}/reviews`, { outcome: 'refer' });
    expect([differ.status, differ.body.review, differ.body.verdict.outcome]).toEqual([201, null, 'refer']);
    const agree = await client(run, 'ben', ['review']).post(`${address('P3')}/reviews`, { outcome: 'refer' });
    expect([agree.status, agree.body.review]).toEqual([201, null]);
    const late = await client(run, 'cleo', ['review']).post(`${address('P4')}/reviews`, {
      outcome: 'recall',
    });
    expect(late.body.review).toBeNull();
    const third = await client(run, 'dora', ['review']).post(`${address('P4')}/reviews`, {
      outcome: 'refer',
    });
    expect([third.status, third.body.detail]).toEqual([409, expect.not.stringMatching(/: recall|refer/)]);
  });

  it('neither of two who differ sees the other, and the arbiter sees both', async () => {
    for (const subject of ['anna', 'ben']) {
      const { body } = await client(run, subject).get(`${address('P1')}/reading`);
      expect(body).toMatchObject({
        ...{ stage: 'arbitration', waitsForCaller: false, result: null, verdicts: null },
        ...{ blindedTo: ['machine', 'readers'], own: { reader: subject } },
      });
      expect((await client(run, subject).get(`${address('P1')}/reviews`)).status).toBe(403);
    }
    const { body } = await client(run, 'cleo').get(`${address('P1')}/reading`);
    expect(body).toMatchObject({ waitsForCaller: true, blindedTo: [], result: { outcome: 'refer' } });
    expect(body.verdicts.map((one: { reader: string }) => one.reader)).toEqual(['anna', 'ben']);
    const decided = await client(run, 'cleo').post(`${address('P1')}/reviews`, { outcome: 'refer' });
    expect(decided.body.review).toMatchObject({ status: 'final', outcome: 'refer' });
    const after = await client(run, 'ben').get(`${address('P1')}/reading`);
    expect(after.body.result.review.outcome).toBe('refer');
  });
});

it('an arbiter of a program that blinds to the model sees both readers and not the machine', async () => {
  await using run = await programOf(ONE, true);
  await client(run, 'anna').post(`${address('P1')}/reviews`, { outcome: 'recall' });
  await client(run, 'ben').post(`${address('P1')}/reviews`, { outcome: 'refer-urgent' });
  const { body } = await client(run, 'cleo').get(`${address('P1')}/reading`);
  expect(body).toMatchObject({ result: null, dueAt: null, blindedTo: ['machine'] });
  expect(body.verdicts.map((one: { outcome: string }) => one.outcome)).toEqual(['recall', 'refer-urgent']);
});
