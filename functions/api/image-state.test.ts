import { describe, expect, it } from 'vitest';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { apiClient, OPERATOR } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';

const EXAM: ExamKey = { program: 'north', patient: 'P7', exam: '2026-05-01' };
const PATH = '/v1/programs/north/patients/P7/exams/2026-05-01/images';
const imageOf = (name: string) => `images/north/P7/2026-05-01/${name}`;

async function opened() {
  const run = await FunctionRun.open();
  await registerProgram(run.home.objects, 'north');
  return { run, api: apiClient(run) };
}

/** What of an answer a photographer waits for. */
async function shown(api: ReturnType<typeof apiClient>, name: string) {
  const { body } = await api.get(`${PATH}/${name}`);
  const { preparation, state, gradable, reason } = body;
  return { preparation, state, gradable, reason };
}

describe('a photograph that was uploaded', () => {
  it('waits until it is prepared, and then says whether it is fit and what to do', async () => {
    const { run, api } = await opened();
    await using _ = run;
    const left = await run.upload('left', 'out-of-focus: the left eye', EXAM);
    await run.upload('right', 'the right eye', EXAM);
    const waiting = { preparation: 'waiting', state: null, gradable: null, reason: null };
    expect(await shown(api, 'left.jpg')).toEqual(waiting);
    await run.settleArrivals();
    const { status, body } = await api.get(`${PATH}/left.jpg`);
    expect(status).toBe(200);
    expect(body).toEqual({
      image: imageOf('left.jpg'),
      sha256: left.sha256,
      preparation: 'prepared',
      state: 'current',
      laterality: 'left',
      field: null,
      fieldSeen: null,
      fieldDoubtful: false,
      gradable: false,
      reason: 'out-of-focus',
      advice: 'out of focus: focus on the vessels, let the patient blink, photograph again',
      lateralityCheck: null,
      takenOn: null,
      device: null,
      burntIn: null,
    });
    const fit = { preparation: 'prepared', state: 'current', gradable: true, reason: null };
    expect(await shown(api, 'right.jpg')).toEqual(fit);
  });

  it('is told of by its newest version, also while an older one is in the exam', async () => {
    const { run, api } = await opened();
    await using _ = run;
    await run.upload('left', 'too-dark: the left eye', EXAM);
    await run.settleArrivals();
    const newer = await run.upload('left', 'the left eye once more', EXAM);
    expect((await api.get(`${PATH}/left.jpg`)).body).toMatchObject({
      sha256: newer.sha256,
      preparation: 'waiting',
      gradable: null,
    });
    await run.settleArrivals();
    expect((await api.get(`${PATH}/left.jpg`)).body).toMatchObject({ sha256: newer.sha256, gradable: true });
  });

  it('is replaced by another of its eye, or withdrawn', async () => {
    const { run, api } = await opened();
    await using _ = run;
    await run.upload('left', 'the left eye', EXAM, 'jpg');
    await run.settleArrivals();
    await run.upload('left', 'the left eye as PNG', EXAM, 'png');
    await run.settleArrivals();
    const image = imageOf('left.png');
    await api.post(`${PATH}/withdraw`, { image, reason: 'of another patient' });
    expect((await shown(api, 'left.jpg')).state).toBe('replaced');
    expect((await shown(api, 'left.png')).state).toBe('withdrawn');
  });

  it('says that it shows the other eye where the detector is sure, and when and by what it was taken', async () => {
    const { run, api } = await opened();
    await using _ = run;
    await run.upload('left', 'the left eye', EXAM);
    await run.settleArrivals();
    const before = await run.exam(EXAM);
    const [image] = before?.images ?? [];
    if (before === undefined || image?.prepared === undefined) throw new Error('there is an image');
    const detected = { left: 0.03, gradable: 0.9, threshold: 0.95 };
    const prepared = { ...image.prepared, detected, device: 'Canon CR-2' };
    const images = [{ ...image, takenOn: '2026-04-30', prepared }];
    await run.home.exams.save({ ...before, images });
    expect((await api.get(`${PATH}/left.jpg`)).body).toMatchObject({
      lateralityCheck: { detected: 'right', confidence: 0.97, threshold: 0.95, suspect: true },
      takenOn: '2026-04-30',
      device: 'Canon CR-2',
    });
  });

  it('says that it shows another field than its sender named', async () => {
    const { run, api } = await opened();
    await using _ = run;
    for (const [laterality, field] of [
      ['left', 'macula'],
      ['right', 'disc'],
    ] as const)
      await run.home.objects.put(imageOf(`${laterality}.jpg`), Buffer.from(laterality), {
        metadata: { field },
      });
    await run.settleArrivals();
    const before = await run.exam(EXAM);
    if (before === undefined) throw new Error('there is an exam');
    const images = before.images.map((image) => {
      if (image.prepared === undefined) throw new Error('it is prepared');
      return { ...image, prepared: { ...image.prepared, field: 'disc' as const } };
    });
    await run.home.exams.save({ ...before, images });
    expect((await api.get(`${PATH}/left.jpg`)).body).toMatchObject({
      ...{ field: 'macula', fieldSeen: 'disc', fieldDoubtful: true },
    });
    expect((await api.get(`${PATH}/right.jpg`)).body).toMatchObject({
      ...{ field: 'disc', fieldSeen: 'disc', fieldDoubtful: false },
    });
  });

  it('of a former release has nothing noted', async () => {
    const { run, api } = await opened();
    await using _ = run;
    await run.upload('left', 'the left eye', EXAM);
    await run.upload('right', 'the right eye', EXAM);
    await run.settle();
    const before = await run.exam(EXAM);
    if (before === undefined) throw new Error('there is an exam');
    const images = before.images.map(({ prepared: _, ...image }) => image);
    await run.home.exams.save({ ...before, images });
    const nothing = { preparation: 'not-noted', state: 'current', gradable: null, reason: null };
    expect(await shown(api, 'right.jpg')).toEqual(nothing);
  });

  it('and has been deleted is told of as long as its exam lists it', async () => {
    const { run, api } = await opened();
    await using _ = run;
    const left = await run.upload('left', 'the left eye', EXAM);
    await run.settleArrivals();
    await run.home.objects.deleteVersion(left.key, left.versionId ?? '');
    expect((await api.get(`${PATH}/left.jpg`)).body).toMatchObject({ gradable: true, state: 'current' });
  });
});

it('a photograph that is not there is not found, by a problem that names it', async () => {
  const { run, api } = await opened();
  await using _ = run;
  await run.upload('left', 'the left eye', EXAM);
  await run.settleArrivals();
  const { status, headers, body } = await api.get(`${PATH}/right.jpg`);
  expect(status).toBe(404);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(body.detail).toBe('Exam "2026-05-01" of patient "P7" has no image "right.jpg".');
  expect((await api.get(PATH.replace('P7', 'P8').concat('/left.jpg'))).status).toBe(404);
});

it('a name with signs is found by its encoded name, and a path leads nowhere', async () => {
  const { run, api } = await opened();
  await using _ = run;
  await run.home.objects.put(imageOf('P7 50% OD.jpg'), Buffer.from('the right eye'));
  await run.settleArrivals();
  expect((await api.get(`${PATH}/${encodeURIComponent('P7 50% OD.jpg')}`)).body).toMatchObject({
    image: imageOf('P7 50% OD.jpg'),
    laterality: 'right',
    gradable: true,
  });
  expect((await api.get(`${PATH}/..%2Fleft.jpg`)).status).toBe(400);
});

it('reviewers who are blinded do not learn what was found of a photograph', async () => {
  const { run } = await opened();
  await using _ = run;
  const reviewer = apiClient(run, { ...OPERATOR, scopes: ['review'] });
  expect((await reviewer.get(`${PATH}/left.jpg`)).status).toBe(403);
});
