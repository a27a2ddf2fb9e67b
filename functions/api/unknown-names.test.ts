import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeHead } from '../../core/heads/stored-heads.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { drawnHead } from '../../rescore-worker/testing/population.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { screenedExams } from '../testing/screened-exams.ts';
import type { Caller } from './caller.ts';

let run: FunctionRun;
/** May enter every program. */
let api: ReturnType<typeof apiClient>;

beforeAll(async () => {
  run = await FunctionRun.open();
  api = apiClient(run);
  await registerProgram(run.home.objects, 'north');
  await registerProgram(run.home.objects, 'empty-clinic');
  await registerProgram(run.home.objects, 'south');
  // Of before there was a register: its exams alone tell of it.
  await screenedExams(run.home.exams, [
    [{ program: 'old-harbour', patient: 'P1', exam: '1' }, 'refer'],
    [{ program: 'north', patient: 'P1', exam: '1' }, 'recall'],
  ]);
  const odir = await storeHead(run.home.objects, drawnHead('odir', 8, ['glaucoma', 'cataract', 'amd']));
  const active = await run.home.objects.get('models/active.json');
  await run.activate({ ...JSON.parse(Buffer.from(active.content).toString()), heads: [odir] });
});
afterAll(() => run[Symbol.asyncDispose]());

const LISTS = ['results', 'summary', 'worklist?stage=first', 'jobs', 'shadow', 'audit', 'reviews/agreement'];

describe('a program that is not there', () => {
  it.each([...LISTS, 'dead-letters/intake', 'webhooks', 'job-schedules', 'patients/P1/exams'])(
    'is not found by %s, which names a near one',
    async (path) => {
      const { status, headers, body } = await api.get(`/v1/programs/nroth/${path}`);
      expect(status).toBe(404);
      expect(headers.get('content-type')).toBe('application/problem+json');
      expect(body.detail).toBe('There is no program "nroth". Did you mean "north"?');
    },
  );

  it.each<[string, unknown]>([
    ['jobs', { mode: 'screen' }],
    ['search', { text: '双眼' }],
    ['patients/search', { patients: ['P1'] }],
    ['dead-letters/screening/redrive', {}],
  ])('is not found by a POST to %s', async (path, body) => {
    const answer = await api.post(`/v1/programs/North-/${path}`, body);
    expect(answer).toMatchObject({
      status: 404,
      body: { detail: expect.stringMatching(/Did you mean "north"\?/) },
    });
  });

  it('is told with those that there are where none is near', async () => {
    const { body } = await api.get('/v1/programs/zzzzzzzzzzzz/summary');
    expect(body.detail).toBe(
      'There is no program "zzzzzzzzzzzz". There are "empty-clinic", "north" and "south".',
    );
  });

  it('is told by a token for some programs with these alone', async () => {
    const caller: Caller = { subject: 'anna', programs: ['south', 'west'], scopes: ['read'] };
    const { status, body } = await apiClient(run, caller).get('/v1/programs/nroth/summary');
    expect(status).toBe(403);
    expect(body.detail).not.toMatch(/north/);
    const near = await apiClient(run, caller).get('/v1/programs/sooth/summary');
    expect(near.body.detail).toBe('Your token is not for program "sooth". Did you mean "south"?');
  });
});

describe('a program that is there', () => {
  it.each(['empty-clinic', 'old-harbour'])(
    'is known, registered or not, with exams or not: %s',
    async (program) => {
      for (const path of LISTS.filter((list) => list !== 'shadow')) {
        expect((await api.get(`/v1/programs/${program}/${path}`)).status, path).toBe(200);
      }
    },
  );

  it('is known by the token that names it, before anything is sent', async () => {
    const caller: Caller = { subject: 'anna', programs: ['west'], scopes: ['read'] };
    expect((await apiClient(run, caller).get('/v1/programs/west/summary')).body).toMatchObject({ exams: 0 });
  });

  it('begins with its settings, or with what is asked before a first upload', async () => {
    const { body } = await api.get('/v1/programs/new-clinic/settings');
    const lookup = { exams: [{ patient: 'P1', exam: '1' }] };
    expect((await api.post('/v1/programs/new-clinic/exams/lookup', lookup)).status).toBe(200);
    expect((await api.get('/v1/programs/new-clinic/summary')).status).toBe(404);
    expect((await api.put('/v1/programs/new-clinic/settings', body)).status).toBe(200);
    expect((await api.get('/v1/programs/new-clinic/summary')).status).toBe(200);
  });
});

describe('a label', () => {
  it.each([
    ['results?label=glaucomma', /label "glaucomma"\. Did you mean "glaucoma"\?/],
    ['results?label=Glaucoma&min=0.4', /Did you mean "glaucoma"\?/],
    ['results?label=retinopathy', /Did you mean "diabetic-retinopathy"\?/],
    ['results?label=xyzzy-plugh', /There are "amd", "cataract", "diabetic-retinopathy" and "glaucoma"\./],
  ])('that no finding has is refused, and near ones are named: %s', async (path, detail) => {
    const { status, body } = await api.get(`/v1/programs/north/${path}`);
    expect([status, body.detail]).toEqual([400, expect.stringMatching(detail)]);
  });

  it('that no finding has chooses no exams of a job, now or on a schedule', async () => {
    const selection = { label: { name: 'catract', minimumProbability: 0.5 } };
    const job = { mode: 'screen', selection };
    const now = await api.post('/v1/programs/north/jobs', job);
    const later = await api.post('/v1/programs/north/job-schedules', { expression: 'rate(1 day)', job });
    for (const { status, body } of [now, later]) {
      expect([status, body.detail]).toEqual([400, expect.stringMatching(/Did you mean "cataract"\?/)]);
    }
    const good = { ...job, selection: { label: { name: 'cataract', minimumProbability: 0.5 } } };
    expect((await api.post('/v1/programs/north/jobs', good)).status).toBe(201);
  });

  it('is known by an active head, by a stored one, or by a finding, though nothing fits', async () => {
    await storeHead(run.home.objects, drawnHead('tried', 8, ['myopia']));
    for (const filter of [
      'label=cataract',
      'label=myopia',
      'label=diabetic-retinopathy&min=0.99&max=0.991',
    ]) {
      const { status, body } = await api.get(`/v1/programs/north/results?${filter}`);
      expect([status, body.items], filter).toEqual([200, []]);
    }
  });
});

describe('a filter that is misspelt', () => {
  it.each(['results?outcom=refer', 'worklist?stage=first&sorting=urgency', 'jobs?limits=3'])(
    'is refused: %s',
    async (path) => {
      const { status, body } = await api.get(`/v1/programs/north/${path}`);
      expect([status, body.detail]).toEqual([400, expect.stringMatching(/Unrecognized key/)]);
    },
  );
});
