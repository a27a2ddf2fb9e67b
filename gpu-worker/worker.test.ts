import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { imageVersionOf, requestedImage } from '../core/exams/exam-image.ts';
import type { ExamResult } from '../core/exams/exam-result.ts';
import type { ScoredFinding } from '../core/exams/finding.ts';
import type { ImageVersion } from '../core/exams/image-version.ts';
import type { Laterality } from '../core/exams/laterality.ts';
import { requestIdOf } from '../core/exams/request-id.ts';
import { readShard } from '../core/features/read-shard.ts';
import { type ScreeningRequest, screeningRequestOf } from '../core/messages/screening-request.ts';
import { decideOutcome } from '../core/policies/decide-outcome.ts';
import { DEFAULT_POLICY } from '../core/policies/outcome-policy.ts';
import { updateExam } from '../core/records/update-exam.ts';
import { decodeSafetensors } from '../core/tensors/safetensors.ts';
import { EXAM } from '../core/testing/records.ts';
import { fairGroups } from '../local/queue/testing/fair-groups.ts';
import { generatePatient } from '../phantoms/index.ts';
import { type Photographs, WorkerRun } from './testing/worker-run.ts';

const GOOD = { missingEye: 0, outOfFocus: 0, tooDark: 0, tooBright: 0 };
let left: Uint8Array;
let right: Uint8Array;

beforeAll(async () => {
  const patient = await generatePatient({ seed: 'worker', index: 1, size: 512, defects: GOOD });
  left = patient.left?.jpeg ?? Buffer.alloc(0);
  right = patient.right?.jpeg ?? Buffer.alloc(0);
});

const exam = (patient: string) => ({ ...EXAM, patient });

/** The version of an eye that a request asks about. */
function versionOf({ images }: ScreeningRequest, laterality: Laterality): ImageVersion {
  const image = requestedImage(images, laterality);
  if (image === null) throw new Error(`Expected a ${laterality} eye.`);
  return imageVersionOf(image);
}

describe('a screened exam', () => {
  it('has each eye judged, findings of both and their features stored', async () => {
    await using run = await WorkerRun.open();
    const request = await run.request(EXAM, { left, right });
    const started = await run.start();
    const running = started.worker.run();
    while (fairGroups(run.home, 'results').length === 0) await delay(10);
    expect(fairGroups(run.home, 'results')).toEqual([EXAM.program]);
    const [result] = await run.results();
    await started.worker.stop(10_000);
    await running;
    expect(result).toMatchObject({
      schema: 'screening-result/2',
      exam: EXAM,
      output: {
        requestId: request.requestId,
        model: run.model.model,
        preprocessing: run.model.preprocessing,
        heads: run.model.heads,
        eyes: {
          left: { image: versionOf(request, 'left'), quality: { gradable: true, reason: null } },
          right: { image: versionOf(request, 'right'), quality: { gradable: true, reason: null } },
        },
        // A drawing is no photograph, and its features say so.
        flags: ['research-use-only', 'unlike-training'],
        runtime: { provider: 'cpu', precision: 'fp32' },
      },
    });
    expect(result?.output.findings.length).toBeGreaterThan(0);
    const shard = String(result?.output.features?.shard);
    const { content } = await run.home.objects.get(shard);
    const { tensors, metadata } = decodeSafetensors(content);
    expect(metadata.requests).toBe(request.requestId);
    expect(tensors.get('present')?.data).toEqual(Uint8Array.of(1, 1));
    expect(await run.home.queues.screening.queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it('of a single eye is marked so and takes that eye for both', async () => {
    await using run = await WorkerRun.open();
    await run.request(EXAM, { right });
    const [result] = await run.screen(1);
    expect(result?.output.eyes.left).toBeNull();
    expect(result?.output.flags).toContain('left-eye-missing');
    expect(result?.output.findings.some(({ level }) => level === 'patient')).toBe(true);
    expect(result?.output.findings.some(({ level }) => level === 'left')).toBe(false);
  });

  it.each([
    ['truncated-file', () => left.subarray(0, left.length / 2)],
    ['unreadable-file', () => Buffer.from('GIF89a')],
  ])('with one %s photograph still has the other eye screened', async (reason, broken) => {
    await using run = await WorkerRun.open();
    await run.request(EXAM, { left: broken(), right });
    const [result] = await run.screen(1);
    expect(result?.output.eyes.left?.quality).toMatchObject({ gradable: false, reason });
    expect(result?.output.eyes.right?.quality.gradable).toBe(true);
    expect(result?.output.findings.length).toBeGreaterThan(0);
  });

  it('without any gradable eye is answered without findings or features', async () => {
    await using run = await WorkerRun.open();
    await run.request(EXAM, { left: Buffer.from('no picture') });
    const [result] = await run.screen(1);
    expect(result?.output).toMatchObject({ findings: [], features: null });
  });

  it('is screened from its pixels alone: the worker opens no photograph', async () => {
    await using run = await WorkerRun.open();
    const request = await run.request(EXAM, { left, right });
    for (const { key, versionId } of request.images)
      await run.home.objects.deleteVersion(key, String(versionId));
    const [result] = await run.screen(1);
    const { eyes, findings } = result?.output ?? {};
    expect([eyes?.left?.quality.gradable, eyes?.right?.quality.gradable]).toEqual([true, true]);
    expect(findings?.length).toBeGreaterThan(0);
  });

  it('whose photograph was deleted before it could be prepared says so, and has the other eye screened', async () => {
    await using run = await WorkerRun.open();
    const { contract } = await run.request(EXAM, { left, right });
    const { queue } = run.home.queues.screening;
    const [message] = await queue.receive({ maxMessages: 1, waitSeconds: 0 });
    await queue.delete([String(message?.receipt)]);
    await run.home.prepared.removeAll('prepared/north/P1/2026-05-01/left.jpg/');
    // What preparation tells of a photograph that it cannot find: no file is stored of it.
    const quality = { gradable: false, reason: 'image-deleted', measurements: {} } as const;
    const prepared = { contract: String(contract), pixelsSha256: null, quality, detected: null };
    const record = await updateExam(
      run.home,
      EXAM,
      (before) =>
        before && {
          ...before,
          images: before.images.map((one) => (one.laterality === 'left' ? { ...one, prepared } : one)),
        },
    );
    await run.send(record && screeningRequestOf(record));
    const [result] = await run.screen(1);
    expect(result?.output.eyes.left?.quality).toEqual(quality);
    expect(result?.output.eyes.right?.quality.gradable).toBe(true);
    expect(result?.output.findings.length).toBeGreaterThan(0);
  });

  it('is screened from the version that was asked for, though the key has a newer one', async () => {
    await using run = await WorkerRun.open();
    const asked = versionOf(await run.request(EXAM, { left, right }), 'left');
    await run.home.objects.put(asked.key, Buffer.from('newer'));
    const [result] = await run.screen(1);
    expect(result?.output.eyes.left).toMatchObject({ image: asked, quality: { gradable: true } });
  });
});

describe('a photograph that shows the disc, though nobody named its field', () => {
  it('is read as one of the disc: it is no primary image beside one of the macula, and its field is stored', async () => {
    const macula = await generatePatient({ seed: 'field', index: 0, size: 512, defects: GOOD, centring: 0 });
    const disc = await generatePatient({ seed: 'field', index: 0, size: 512, defects: GOOD, centring: 1 });
    await using run = await WorkerRun.open();
    // The photograph of the disc is the newer one, which alone would make it the primary image.
    const [left, right] = [macula.left?.jpeg, macula.right?.jpeg];
    const request = await run.request(EXAM, {
      ...(left && right ? { left, right } : {}),
      furtherLeft: disc.left?.jpeg ?? Buffer.alloc(0),
    });
    expect(request.images.map(({ field }) => field)).toEqual([null, null, null]);
    const [result] = await run.screen(1);
    const eye = result?.output.eyes.left;
    expect(
      eye?.images.map(({ image, field, fieldFrom }) => [image.split('/').at(-1), field, fieldFrom]),
    ).toEqual([
      ['left.jpg', 'macula', 'seen'],
      ['left-2.jpg', 'disc', 'seen'],
    ]);
    const { content } = await run.home.objects.get(String(result?.output.features?.shard));
    const stored = readShard(content, 'shard').exam(0)?.images ?? [];
    expect(stored.map(({ image, field }) => [image.split('/').at(-1), field])).toContainEqual([
      'left-2.jpg',
      'disc',
    ]);
  });

  it('alone supports no recall', async () => {
    const [index, centring] = [0, 1];
    const { left: disc } = await generatePatient({
      seed: 'field',
      index,
      size: 512,
      defects: GOOD,
      centring,
    });
    await using run = await WorkerRun.open();
    await run.request(EXAM, { left: disc?.jpeg ?? Buffer.alloc(0), right });
    const [result] = await run.screen(1);
    const { eyes, heads } = result?.output ?? { eyes: { left: null, right: null }, heads: [] };
    const healthy: ScoredFinding[] = [
      { level: 'patient', image: null, head: 'odir', label: 'glaucoma', probability: 0.1, threshold: 0.5 },
    ];
    const { outcome, reasons } = decideOutcome(DEFAULT_POLICY, { eyes, heads, findings: healthy });
    expect(outcome).toBe('ungradable');
    expect(reasons).toEqual([{ outcome, because: 'inadequate-eye', eye: 'left', field: 'disc' }]);
  });
});

describe('photographs of the wrong eyes', () => {
  it('are flagged, each with what it shows, by the bundle that they are screened with', async () => {
    await using run = await WorkerRun.open();
    await run.request(exam('right-order'), { left, right });
    await run.request(exam('swapped'), { left: right, right: left });
    await run.request(exam('same-eye-twice'), { left, right: left });
    const results = new Map((await run.screen(3)).map((result) => [result.exam.patient, result.output]));
    const suspects = (patient: string) => {
      const output = results.get(patient);
      const eyes = [output?.eyes.left, output?.eyes.right];
      const suspect = eyes.map((eye) => eye?.laterality?.suspect);
      return { suspect, flagged: output?.flags.includes('laterality-suspect') };
    };
    expect(suspects('right-order')).toEqual({ suspect: [false, false], flagged: false });
    expect(suspects('swapped')).toEqual({ suspect: [true, true], flagged: true });
    expect(suspects('same-eye-twice')).toEqual({ suspect: [false, true], flagged: true });
    expect(results.get('swapped')?.eyes.left).toMatchObject({
      quality: { gradable: true, measurements: { gradability: expect.any(Number) } },
      laterality: { detected: 'right' },
    });
  });
});

describe('heads in shadow', () => {
  it('find beside the live ones what they would find if they were live, under the same request', async () => {
    await using run = await WorkerRun.open();
    const [live, tried] = run.model.heads;
    if (live === undefined || tried === undefined) throw new Error('Expected a bundle of two heads.');
    const shadow = { heads: [tried], since: '2026-05-01T00:00:00.000Z' };
    const alone = { ...run.model, heads: [live] };
    await run.request(exam('live'), { left, right });
    const plain = await run.request(exam('plain'), { left, right }, alone);
    const trial = await run.request(exam('tried'), { left, right }, { ...alone, shadow });
    const results = new Map((await run.screen(3)).map((result) => [result.exam.patient, result]));
    const findings = (results.get('live')?.output.findings ?? []).map((finding) => ({
      ...finding,
      image: finding.image?.replace('/live/', '/tried/') ?? null,
    }));
    const of = (name: string) => findings.filter(({ head }) => head === name);
    expect(results.get('tried')?.shadow).toEqual({ heads: [tried], findings: of(tried.name) });
    expect(of(tried.name).length).toBeGreaterThan(0);
    expect(results.get('tried')?.output).toMatchObject({ heads: [live], findings: of(live.name) });
    expect(results.get('plain')?.shadow).toBeUndefined();
    expect([plain.model.shadow, trial.model.shadow]).toEqual([undefined, shadow]);
  });

  it('that cannot be read cost no exam its answer', async () => {
    await using run = await WorkerRun.open();
    const shadow = { heads: [{ name: 'lost', id: 'none' }], since: '2026-05-01T00:00:00.000Z' };
    await run.request(EXAM, { left, right }, { ...run.model, shadow });
    const [result] = await run.screen(1);
    expect(result?.output.findings.length).toBeGreaterThan(0);
    expect(result?.shadow).toBeUndefined();
    expect(run.counts.get('ShadowFailed')).toBe(1);
    expect(run.lines.join()).toMatch(/could not be tried.*lost/);
  });
});

describe('features and findings', () => {
  it('do not depend on the other exams of a batch', async () => {
    await using run = await WorkerRun.open();
    const cohort: Photographs[] = [{ left, right }, { left: right }, { left: right, right: left }];
    for (const [index, photographs] of cohort.entries()) await run.request(exam(`P${index}`), photographs);
    const together = await run.screen(cohort.length);
    await using alone = await WorkerRun.open();
    await alone.request(exam('P0'), { left, right });
    const [single] = await alone.screen(1, { RETCLIP_BATCH_SIZE: '7' });
    const same = together.find((result) => result.exam.patient === 'P0');
    expect(same?.output.findings).toEqual(single?.output.findings);
  });
});

describe('a request', () => {
  it('that was answered already is not screened again', async () => {
    await using run = await WorkerRun.open();
    const request = await run.request(EXAM, { left, right });
    const record = await run.home.exams.get(EXAM);
    const [result] = await run.screen(1);
    if (record === undefined || result === undefined) throw new Error('not screened');
    await run.home.exams.save({
      ...record,
      status: 'screened',
      result: {
        ...result.output,
        ...decideOutcome(DEFAULT_POLICY, result.output),
        policy: 'p',
      } as ExamResult,
    });
    await run.send(request);
    await run.request(exam('P2'), { left });
    expect((await run.screen(1)).map((answer) => answer.exam.patient)).toEqual(['P2']);
    expect(run.counts.get('RequestAnswered')).toBe(1);
  });

  it('whose photographs were replaced meanwhile is passed over', async () => {
    await using run = await WorkerRun.open();
    const request = await run.request(EXAM, { left });
    await run.home.queues.screening.queue.send([
      { body: JSON.stringify({ ...request, requestId: randomUUID() }) },
    ]);
    expect(await run.screen(1)).toHaveLength(1);
    expect(run.counts.get('RequestSuperseded')).toBe(1);
  });

  it('for another model goes back to intake, and nothing is screened by the wrong one', async () => {
    await using run = await WorkerRun.open();
    await run.request(exam('P1'), { left }, { ...run.model, model: 'another' });
    await run.request(exam('P2'), { left });
    expect((await run.screen(1)).map((answer) => answer.exam.patient)).toEqual(['P2']);
    expect(run.otherModels).toBe(1);
    expect(await run.home.queues.intake.queue.depth()).toMatchObject({ delayed: 1 });
  });

  it.each(['not JSON', '{}', '{"schema":"screening-request/9"}'])(
    'that is %s goes to the dead letters with the reason',
    async (body) => {
      await using run = await WorkerRun.open();
      await run.send(body);
      await run.request(EXAM, { left });
      await run.screen(1);
      const letters = await run.home.queues.screening.deadLetters.receive({
        maxMessages: 10,
        waitSeconds: 0,
      });
      expect(letters.map((letter) => letter.body)).toEqual([body]);
      expect(letters[0]?.attributes.reason).toBeTruthy();
    },
  );
});

describe('an exam without pixels', () => {
  /** What intake was asked, once the worker has screened the exam of another patient. */
  async function asked(run: WorkerRun): Promise<readonly unknown[]> {
    await run.request(exam('other'), { left });
    const answered = (await run.screen(1)).map((result) => result.exam.patient);
    expect(answered).toEqual(['other']);
    expect(await run.home.queues.screening.queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });
    expect(fairGroups(run.home, 'intake')).toEqual([EXAM.program]);
    const messages = await run.home.queues.intake.queue.receive({ maxMessages: 10, waitSeconds: 0 });
    return messages.map(({ body }) => JSON.parse(body));
  }

  const version = ({ key, versionId }: ImageVersion) => ({ key, versionId });

  it('of one eye asks intake for those, and is answered by nothing', async () => {
    await using run = await WorkerRun.open();
    const request = await run.request(EXAM, { left, right });
    const removed = await run.home.prepared.removeAll('prepared/north/P1/2026-05-01/right.jpg/');
    expect(removed).toBe(1);
    expect(await asked(run)).toEqual([
      {
        ...{ schema: 'exam-check/1', reason: 'pixels-missing', exam: EXAM },
        images: [version(versionOf(request, 'right'))],
      },
    ]);
  });

  it('that a former release asked for, asks intake for all of them', async () => {
    await using run = await WorkerRun.open();
    const { images, model } = await run.request(EXAM, { left, right });
    await run.home.queues.screening.queue.delete(
      (await run.home.queues.screening.queue.receive({ maxMessages: 1, waitSeconds: 0 })).map(
        ({ receipt }) => receipt,
      ),
    );
    const work = { images, contract: null, model };
    const requestId = requestIdOf(EXAM, work);
    const requestedAt = '2026-05-01T12:00:00.000Z';
    await updateExam(
      run.home,
      EXAM,
      (record) => record && { ...record, request: { requestId, requestedAt, ...work } },
    );
    const eyes = Object.fromEntries(images.map((image) => [image.laterality, imageVersionOf(image)]));
    await run.send({
      schema: 'screening-request/1',
      requestId,
      exam: EXAM,
      images: eyes,
      model,
      requestedAt,
    });
    expect(await asked(run)).toEqual([
      {
        ...{ schema: 'exam-check/1', reason: 'pixels-missing', exam: EXAM },
        images: images.map(version),
      },
    ]);
  });
});

describe('a worker that is stopped', () => {
  it('answers or hands back every message: none waits for its loan to end', async () => {
    await using run = await WorkerRun.open();
    const asked = 60;
    for (let index = 0; index < asked; index += 1) await run.request(exam(`P${index}`), { left, right });
    const { worker } = await run.start();
    const running = worker.run();
    const first = await run.results(20);
    await worker.stop(20_000);
    await running;
    const answered = first.length + (await drained(run));
    const { visible, inFlight } = await run.home.queues.screening.queue.depth();
    expect(inFlight).toBe(0);
    expect(answered + visible).toBe(asked);
    expect(visible).toBeGreaterThan(0);
  });

  it('at once hands back what it has begun', async () => {
    await using run = await WorkerRun.open();
    for (let index = 0; index < 12; index += 1) await run.request(exam(`P${index}`), { left, right });
    const { worker } = await run.start();
    const running = worker.run();
    await run.results(20);
    await worker.stop(0);
    await running;
    expect(await run.home.queues.screening.queue.depth()).toMatchObject({ inFlight: 0 });
  });
});

async function drained(run: WorkerRun): Promise<number> {
  let count = 0;
  for (;;) {
    const results = await run.results();
    if (results.length === 0) return count;
    count += results.length;
  }
}
