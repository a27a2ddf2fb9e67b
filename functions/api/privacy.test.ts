import { expect, it } from 'vitest';
import type { Home } from '../../core/ports/index.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { PseudonymHash } from '../../core/pseudonyms/pseudonym-hash.ts';
import { apiClient, OPERATOR } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { screenedExams } from '../testing/screened-exams.ts';

/** Stores features of a row for each patient, as a worker does, and has their results name them. */
async function storeFeatures(home: Home, patients: readonly string[]): Promise<string> {
  const matrix = Float32Array.from({ length: patients.length * 4 }, (_, index) => index + 1);
  const places = await home.features.put({
    ...{ model: 'bundle-1', preprocessing: 'squash' },
    exams: patients.map((patient) => ({
      exam: exam(patient),
      ...{ requestId: `request-${patient}`, eyes: { left: true, right: true } },
    })),
    matrices: { leftVisual: matrix, rightVisual: matrix, left: matrix, right: matrix, patient: matrix },
  });
  for (const [row, patient] of patients.entries()) {
    const record = await home.exams.get(exam(patient));
    if (record?.result == null) continue;
    await home.exams.save({ ...record, result: { ...record.result, features: places[row] ?? null } });
  }
  return places[0]?.shard ?? '';
}

/** Rows of a shard of eight that hold numbers. */
async function rowsHeld({ features }: Home, shard: string): Promise<number[]> {
  const rows = [0, 1, 2, 3, 4, 5, 6, 7];
  const held = await Promise.all(rows.map((row) => features.holds({ shard, row })));
  return rows.filter((row) => held[row]);
}

const exam = (patient: string) => ({ program: 'north', patient, exam: '1' });

it('erases photographs in all versions, features, results and reviews of one patient, and leaves the others', async () => {
  await using run = await FunctionRun.open();
  const { objects, exams } = run.home;
  for (const content of ['one', 'two']) await run.upload('left', content, exam('P1'));
  await objects.delete('images/north/P1/1/left.jpg');
  await run.upload('left', 'three', exam('P1'));
  const kept = await run.upload('left', 'kept', exam('P10'));
  await screenedExams(exams, [
    [exam('P1'), 'refer'],
    [exam('P10'), 'refer'],
  ]);
  const shard = await storeFeatures(run.home, ['P0', 'P10', 'P2', 'P1', 'P4', 'P5', 'P6', 'P7']);
  const client = apiClient(run);
  await client.post('/v1/programs/north/patients/P1/exams/1/reviews', { outcome: 'refer' });

  const { status, body } = await client.delete('/v1/programs/north/patients/P1', {});
  expect(status).toBe(200);
  expect(body.erased).toMatchObject({ exams: 1, results: 1, reviews: 1, images: 4, features: 1, events: 1 });
  expect((await objects.listVersions('images/north/P1/', { limit: 10 })).items).toEqual([]);
  expect(await exams.get(exam('P1'))).toBeUndefined();
  expect((await client.get('/v1/programs/north/patients/P1/exams')).body.items).toEqual([]);
  expect(await rowsHeld(run.home, shard)).toEqual([0, 1, 2, 4, 5, 6, 7]);

  expect(await objects.head(kept.key)).toBeDefined();
  expect(await exams.get(exam('P10'))).toBeDefined();
  const again = await client.delete('/v1/programs/north/patients/P1', {});
  expect(Object.values(again.body.erased).every((count) => count === 0)).toBe(true);

  const anew = await run.upload('left', 'three', exam('P1'));
  await run.deliver('intake');
  expect((await exams.get(exam('P1')))?.images.map(({ versionId }) => versionId)).toEqual([anew.versionId]);
  expect(await run.formerResults(exam('P1'))).toEqual([]);
});

it('erases rows of one shard by many at once without bringing any back', async () => {
  await using run = await FunctionRun.open();
  const patients = ['P0', 'P1', 'P2', 'P3'];
  await screenedExams(
    run.home.exams,
    patients.map((patient) => [exam(patient), 'refer'] as const),
  );
  const shard = await storeFeatures(run.home, [...patients, 'P4', 'P5', 'P6', 'P7']);
  const client = apiClient(run);
  const answers = await Promise.all(
    patients.map((patient) => client.delete(`/v1/programs/north/patients/${patient}`, {})),
  );
  expect(answers.map(({ body }) => body.erased.features)).toEqual([1, 1, 1, 1]);
  expect(await rowsHeld(run.home, shard)).toEqual([4, 5, 6, 7]);
  // Features among objects leave no former version; another store has no such object.
  const { items } = await run.home.objects.listVersions(shard, { limit: 10 });
  expect(items.length).toBeLessThanOrEqual(1);
});

it('notes who read, changed and was refused what, newest first, and tells it to administrators', async () => {
  await using run = await FunctionRun.open();
  await screenedExams(run.home.exams, [[exam('P1'), 'refer']]);
  const client = apiClient(run);
  const reader = apiClient(run, { subject: 'reader', programs: ['north'], scopes: ['read'] });
  await reader.get('/v1/programs/north/results?label=diabetic-retinopathy&min=0.5');
  await reader.get('/v1/programs/north/patients/P1/exams/1');
  await reader.post('/v1/programs/north/patients/search', { patients: ['P1', 'P2'] });
  await reader.delete('/v1/programs/north/patients/P1', {});
  await reader.flushAudit();
  await client.post('/v1/programs/north/patients/P1/exams/1/reviews', { outcome: 'refer' });
  const { body } = await client.get('/v1/programs/north/audit');
  const hashes = new PseudonymHash(run.home.objects);
  const subjectOf = (subject: string) => hashes.ofSubject('north', subject);
  const [p1, p2, p1Exam] = await Promise.all(['P1', 'P2', 'P1/1'].map(subjectOf));
  type Entry = Record<'caller' | 'method' | 'route' | 'status' | 'subjects' | 'query', unknown>;
  expect(
    body.items.map(({ caller, method, route, status, subjects }: Entry) => [
      caller,
      method,
      String(route).replace('/v1/programs/{program}', ''),
      status,
      subjects,
    ]),
  ).toEqual([
    [OPERATOR.subject, 'POST', '/patients/{patient}/exams/{exam}/reviews', 201, [p1Exam]],
    ['reader', 'DELETE', '/patients/{patient}', 403, [p1]],
    ['reader', 'POST', '/patients/search', 200, [p1, p2]],
    ['reader', 'GET', '/patients/{patient}/exams/{exam}', 200, [p1Exam]],
    ['reader', 'GET', '/results', 200, []],
  ]);
  expect(body.items.at(-1).query).toEqual({ label: 'diabetic-retinopathy', min: '0.5' });
  const ofP2 = await client.get('/v1/programs/north/audit?patient=P2');
  expect(ofP2.body.items.map(({ route }: Entry) => route)).toEqual([
    '/v1/programs/{program}/patients/search',
  ]);
  expect((await reader.get('/v1/programs/north/audit')).status).toBe(403);
  const pages: unknown[] = [];
  let cursor = '';
  do {
    const page = await client.get(`/v1/programs/north/audit?limit=1${cursor}`);
    pages.push(...page.body.items);
    cursor = page.body.cursor === undefined ? '' : `&cursor=${page.body.cursor}`;
  } while (cursor !== '');
  expect(pages.slice(-body.items.length)).toEqual(body.items);
});

it('finds patients by their pseudonyms in a body, and leaves out who is not there', async () => {
  await using run = await FunctionRun.open();
  await screenedExams(run.home.exams, [
    [exam('P1'), 'refer'],
    [{ ...exam('P1'), exam: '2' }, 'recall'],
  ]);
  const { body } = await apiClient(run).post('/v1/programs/north/patients/search', {
    patients: ['P2', 'P1'],
  });
  expect(body.items).toMatchObject([
    {
      patient: 'P1',
      truncated: false,
      exams: [
        { exam: '1', outcome: 'refer' },
        { exam: '2', outcome: 'recall' },
      ],
    },
  ]);
});

it('keeps addresses and bodies of requests out of the log, also of those that fail', async () => {
  await using run = await FunctionRun.open();
  await registerProgram(run.home.objects, 'north');
  const lines: string[] = [];
  const note = (message: string, fields: object) => void lines.push(JSON.stringify([message, fields]));
  const { createApi } = await import('./app.ts');
  const app = createApi({
    home: run.home,
    authenticate: () => OPERATOR,
    log: { info: note, warn: note, error: note },
  });
  run.home.exams.get = () => Promise.reject(new Error('the table is away'));
  run.home.exams.listByPatient = () => Promise.reject(new Error('the table is away'));
  expect((await app.request('/v1/programs/north/patients/Zhang%20Wei/exams/1')).status).toBe(500);
  await app.request('/v1/programs/north/patients/search', {
    method: 'POST',
    body: JSON.stringify({ patients: ['Zhang Wei'] }),
    headers: { 'content-type': 'application/json' },
  });
  expect(lines).toHaveLength(2);
  expect(lines.join()).not.toMatch(/Zhang/);
});
