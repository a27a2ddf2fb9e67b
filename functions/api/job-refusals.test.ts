import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HeadReference } from '../../core/activation/active-model.ts';
import { storeHead } from '../../core/heads/stored-heads.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { MODEL } from '../../core/testing/records.ts';
import { drawnHead } from '../../rescore-worker/testing/population.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { screenedExams } from '../testing/screened-exams.ts';

const NOWHERE: HeadReference = { name: 'nowhere', id: 'f'.repeat(32) };
const BUNDLE = 'a'.repeat(64);
const TITLES = { 400: 'The request is not valid', 404: 'Not found', 422: 'Cannot be done' } as const;

const NOT_STORED = `Head "nowhere" (${NOWHERE.id}) is not stored, neither under "heads/${NOWHERE.id}.json" nor in bundle ${BUNDLE}. Add it again: retclip job create --heads FILE`;
const NARROW =
  'Head "narrow" reads 4 channels of "patient", but this model has 8. Fit it again on this model\'s features.';
const FOREIGN =
  'Head "foreign" was made for the features of model bbbbbbbbbbbb…, but this one is aaaaaaaaaaaa…. Fit it again on this model\'s features.';
const COARSE =
  'Head "coarse" was fitted on features in int8, but the active model offers fp32. Fit it on features in one of these, or show that int8 finds the same: retclip model verify BUNDLE --photographs DIR';
const UNDECIDED =
  'By "blind", model aaaaaaaaaaaa looks for no disease in the left and the right eye: every exam would be not-assessed. Promote them together with a head of diseases. If features alone are meant: "featuresOnly": true';

let run: FunctionRun;
let api: ReturnType<typeof apiClient>;
const stored = new Map([['nowhere', NOWHERE]]);

const headNamed = (name: string) => stored.get(name) ?? NOWHERE;
const rescore = (head: string, thresholds: Readonly<Record<string, number>> = {}) => ({
  mode: 'rescore',
  heads: [headNamed(head)],
  thresholds,
});
const screen = (selection: object = {}) => ({ mode: 'screen', selection });

beforeAll(async () => {
  run = await FunctionRun.open();
  api = apiClient(run);
  for (const head of [
    drawnHead('fits', 8, ['glaucoma']),
    drawnHead('blind', 8, ['normal']),
    drawnHead('narrow', 4, ['glaucoma']),
    { ...drawnHead('foreign', 8, ['glaucoma']), model: 'b'.repeat(64) },
    { ...drawnHead('coarse', 8, ['glaucoma']), precision: 'int8' as const },
  ]) {
    stored.set(head.name, await storeHead(run.home.objects, head));
  }
  await run.activate({ ...MODEL, model: BUNDLE, heads: [], embedding: 8, precisions: ['fp32'] });
  await screenedExams(run.home.exams, [[{ program: 'north', patient: 'P1', exam: '1' }, 'refer']]);
  await registerProgram(run.home.objects, 'empty');
});
afterAll(() => run[Symbol.asyncDispose]());

/** A problem document is told word for word: clients read it. */
async function expectProblem(path: string, body: object, status: keyof typeof TITLES, detail: string) {
  const { headers, body: answer } = await api.post(path, body);
  expect(headers.get('content-type')).toBe('application/problem+json');
  const problem = { type: 'about:blank', title: TITLES[status], status, detail, instance: path };
  expect(JSON.stringify(answer)).toBe(JSON.stringify(problem));
}

describe('a job', () => {
  const path = '/v1/programs/north/jobs';

  it.each<[string, () => object, keyof typeof TITLES, string]>([
    [
      'of an unknown job’s failures',
      () => screen({ failedInJob: 'j9' }),
      404,
      'Program "north" has no job "j9".',
    ],
    [
      'of another program’s manifest',
      () => screen({ manifest: 'job-manifests/south/a.jsonl' }),
      400,
      'Manifest "job-manifests/south/a.jsonl" is not of program "north".',
    ],
    [
      'of a manifest that was not uploaded',
      () => screen({ manifest: 'job-manifests/north/a.jsonl' }),
      400,
      'No manifest is stored under "job-manifests/north/a.jsonl": upload it first.',
    ],
    ['by a head that is stored nowhere', () => rescore('nowhere'), 400, NOT_STORED],
    ['by a head of another geometry', () => rescore('narrow'), 400, NARROW],
    ['by a head of another bundle', () => rescore('foreign'), 400, FOREIGN],
    ['by a head of another precision', () => rescore('coarse'), 400, COARSE],
    [
      'with a threshold of a head that is stored nowhere',
      () => rescore('nowhere', { 'nowhere/glaucoma': 0.5 }),
      400,
      NOT_STORED,
    ],
    [
      'with a threshold of an unknown label',
      () => rescore('fits', { 'fits/cataract': 0.5 }),
      400,
      'No head of the job has a label "fits/cataract". Expected HEAD/LABEL.',
    ],
  ])('%s is refused', (_, body, status, detail) => expectProblem(path, body(), status, detail));

  it.each([
    ['job', '/v1/programs/empty/jobs', screen()],
    ['schedule', '/v1/programs/empty/job-schedules', { expression: 'rate(1 day)', job: screen() }],
  ])('of a program without exams is refused, as is its %s', (_, empty, body) =>
    expectProblem(empty, body, 404, 'Program "empty" has no exams yet. Upload some first.'),
  );
});

describe('heads', () => {
  it.each([
    ['tried', '/v1/model/shadow', 'nowhere', NOT_STORED],
    ['tried', '/v1/model/shadow', 'narrow', NARROW],
    ['promoted', '/v1/model/promote', 'nowhere', NOT_STORED],
    ['promoted', '/v1/model/promote', 'foreign', FOREIGN],
  ])('that are to be %s are refused if they do not fit: %s %s', (_, path, head, detail) =>
    expectProblem(path, { heads: [headNamed(head)] }, 400, detail),
  );

  it('that look for no disease are not promoted', () =>
    expectProblem('/v1/model/promote', { heads: [headNamed('blind')] }, 422, UNDECIDED));

  it('are not promoted beside a live one that cannot be read', async () => {
    await run.activate({ ...MODEL, model: BUNDLE, heads: [NOWHERE], embedding: 8, precisions: ['fp32'] });
    await expectProblem('/v1/model/promote', { heads: [headNamed('blind')] }, 400, NOT_STORED);
  });
});
