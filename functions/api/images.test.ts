import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { currentImage } from '../../core/exams/exam-image.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { erasePatient } from '../../core/patients/erase-patient.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';

const keyOf = (patient: string): ExamKey => ({ program: 'north', patient, exam: '1' });
const pathOf = (patient: string, verb: string) =>
  `/v1/programs/north/patients/${patient}/exams/1/images/${verb}`;
const imageOf = (patient: string, eye: 'left' | 'right') => `images/north/${patient}/1/${eye}.jpg`;

async function opened() {
  const run = await FunctionRun.open();
  await run.upload('left', 'the left eye of P1', keyOf('P1'));
  await run.upload('right', 'the right eye of P2!', keyOf('P1'));
  await run.settle();
  return { run, api: apiClient(run) };
}

/** How many bytes the image of each eye has: the made-up photographs are told apart by it. */
async function bytesOf(run: FunctionRun, patient: string) {
  const exam = await run.exam(keyOf(patient));
  const of = (eye: 'left' | 'right') => (exam === undefined ? null : currentImage(exam, eye)?.bytes);
  return [of('left'), of('right')];
}

describe('an image that is moved to the patient whose it is', () => {
  const body = {
    image: imageOf('P1', 'right'),
    to: { patient: 'P2', exam: '1', laterality: 'right' },
    reason: 'a mistake at the camera',
  };

  it('counts there and no longer where it was; both exams are answered for what they have', async () => {
    const { run, api } = await opened();
    await using _ = run;
    const { status, body: answer } = await api.post(pathOf('P1', 'move'), body);
    expect(status).toBe(200);
    expect(answer.images.find((one: { state: string }) => one.state === 'withdrawn')).toMatchObject({
      image: body.image,
      withdrawal: { by: 'operator', reason: body.reason, movedTo: { patient: 'P2', laterality: 'right' } },
    });
    await run.settle();
    run.pass(901);
    await run.settle();
    expect(await bytesOf(run, 'P1')).toEqual([18, undefined]);
    expect(await bytesOf(run, 'P2')).toEqual([undefined, 20]);
    const [first, second] = [await run.exam(keyOf('P1')), await run.exam(keyOf('P2'))];
    expect(first?.result?.eyes).toMatchObject({ left: { image: { bytes: 18 } }, right: null });
    expect(first?.result?.flags).toContain('image-withdrawn');
    expect(second?.result?.eyes).toMatchObject({ left: null, right: { image: { bytes: 20 } } });
    // It was said whose it is: there is nothing in doubt any more.
    expect(second?.result?.flags).not.toContain('identity-doubt');
    expect((await run.formerResults(keyOf('P1'))).length).toBe(1);
  });

  it('stays moved however often it is said, and when its former event comes late', async () => {
    const { run, api } = await opened();
    await using _ = run;
    for (let time = 0; time < 2; time += 1) {
      expect((await api.post(pathOf('P1', 'move'), body)).status).toBe(200);
      await run.settle();
    }
    expect((await run.exam(keyOf('P2')))?.images).toHaveLength(1);
    expect(await bytesOf(run, 'P1')).toEqual([18, undefined]);
  });

  it('goes with its patient when that one is erased', async () => {
    const { run, api } = await opened();
    await using _ = run;
    await api.post(pathOf('P1', 'move'), body);
    await run.settle();
    await erasePatient(run.home, { program: 'north', patient: 'P2', by: 'operator', now: () => new Date() });
    const { items } = await run.home.objects.listVersions('images/', { limit: 100 });
    expect(items.map(({ key }) => key)).toEqual([imageOf('P1', 'left')]);
  });

  it('does not take the place of another image', async () => {
    const { run, api } = await opened();
    await using _ = run;
    const to = { patient: 'P1', exam: '1', laterality: 'left' };
    const { status, body: answer } = await api.post(pathOf('P1', 'move'), { ...body, to });
    expect(status).toBe(409);
    expect(answer.detail).toMatch(/left eye of exam north\/P1\/1 has the image .*swap/);
    expect(await bytesOf(run, 'P1')).toEqual([18, 20]);
  });
});

it('two eyes that were swapped are swapped back, and answered so', async () => {
  const { run, api } = await opened();
  await using _ = run;
  const to = { patient: 'P1', exam: '1', laterality: 'left' };
  const body = { image: imageOf('P1', 'right'), to, swap: true, reason: 'swapped at the camera' };
  expect((await api.post(pathOf('P1', 'move'), body)).status).toBe(200);
  await run.settle();
  expect(await bytesOf(run, 'P1')).toEqual([20, 18]);
  expect((await run.exam(keyOf('P1')))?.result?.eyes).toMatchObject({
    left: { image: { bytes: 20 } },
    right: { image: { bytes: 18 } },
  });
});

it('an eye that was swapped back is not taken at its wrong place again, whoever sends the folder once more', async () => {
  const { run, api } = await opened();
  await using _ = run;
  const to = { patient: 'P1', exam: '1', laterality: 'left' };
  const body = { image: imageOf('P1', 'right'), to, swap: true, reason: 'swapped at the camera' };
  await api.post(pathOf('P1', 'move'), body);
  await run.settle();
  const intent = (laterality: 'left' | 'right', content: string) => ({
    ...{ patient: 'P1', exam: '1', laterality, extension: 'jpg', contentType: 'image/jpeg', eyes: 'both' },
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  });
  const images = [intent('left', 'the left eye of P1'), intent('right', 'the right eye of P2!')];
  const { body: answer } = await api.post('/v1/programs/north/uploads', { images });
  expect(answer.items).toMatchObject([
    { action: 'present', withdrawn: expect.stringMatching(/moved to P1\/1, right eye: swapped at/) },
    { action: 'present', withdrawn: expect.stringMatching(/moved to P1\/1, left eye: swapped at/) },
  ]);
  // Put straight into the store it is taken, and flagged.
  await run.upload('left', 'the left eye of P1', keyOf('P1'));
  await run.settle();
  expect((await run.exam(keyOf('P1')))?.result?.flags).toContain('identity-doubt');
});

describe('an image that is withdrawn', () => {
  it('leaves an exam without images ungradable, and says that nothing is there', async () => {
    const { run, api } = await opened();
    await using _ = run;
    for (const eye of ['left', 'right'] as const) {
      const body = { image: imageOf('P1', eye), reason: 'of nobody here' };
      expect((await api.post(pathOf('P1', 'withdraw'), body)).status).toBe(200);
      await run.settle();
    }
    const exam = await run.exam(keyOf('P1'));
    expect(exam?.result).toMatchObject({ outcome: 'ungradable', eyes: { left: null, right: null } });
    expect(exam?.result?.flags).toEqual(
      expect.arrayContaining(['left-eye-missing', 'right-eye-missing', 'image-withdrawn']),
    );
    expect(exam?.status).toBe('screened');
  });

  it('needs a reason, and must be one of the exam that counts', async () => {
    const { run, api } = await opened();
    await using _ = run;
    const image = imageOf('P1', 'left');
    expect((await api.post(pathOf('P1', 'withdraw'), { image, reason: '' })).status).toBe(400);
    const unknown = { image: imageOf('P9', 'left'), reason: 'not there' };
    expect((await api.post(pathOf('P1', 'withdraw'), unknown)).status).toBe(404);
    expect((await api.post(pathOf('P9', 'withdraw'), { image, reason: 'no exam' })).status).toBe(404);
    expect(await bytesOf(run, 'P1')).toEqual([18, 20]);
  });
});
