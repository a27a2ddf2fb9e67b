import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExamCheck } from '../../core/messages/exam-check.ts';
import type { PrepareImage } from '../../core/messages/image-prepared.ts';
import type { ScreeningRequest } from '../../core/messages/screening-request.ts';
import { announcementOf } from '../../core/reconciliation/ask-again.ts';
import { CONTRACT, EXAM, MODEL } from '../../core/testing/records.ts';
import { FunctionRun } from '../testing/function-run.ts';

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
});
afterEach(() => run[Symbol.asyncDispose]());

const OTHER_MODEL = { ...MODEL, model: 'm2', input: { imageSize: 112, detector: null } };

async function bodies<Message>(queue: 'screening' | 'preparation' | 'bulk-preparation'): Promise<Message[]> {
  const pair = run.home.queues[queue];
  const messages = await pair.queue.receive({ maxMessages: 10, waitSeconds: 0 });
  await pair.queue.delete(messages.map(({ receipt }) => receipt));
  return messages.map(({ body }) => JSON.parse(body));
}

async function bothArrive(): Promise<void> {
  await run.upload('left', 'the left eye');
  await run.upload('right', 'the right eye');
  await run.deliver('intake');
}

async function check(message: Partial<ExamCheck>): Promise<void> {
  const body = { schema: 'exam-check/1', exam: EXAM, ...message };
  await run.home.queues.intake.queue.send([{ body: JSON.stringify(body) }]);
  await run.deliver('intake');
}

/** As the worker says it when it finds none of an eye's pixels. */
async function missLeft(): Promise<void> {
  const left = (await run.exam())?.images.find(({ laterality }) => laterality === 'left');
  if (left === undefined) throw new Error('Expected a left eye.');
  const images = [{ key: left.key, versionId: left.versionId }];
  await check({ reason: 'pixels-missing', images });
}

describe('the images of an exam', () => {
  it('are asked to be screened with the pixels that were prepared of each', async () => {
    await bothArrive();
    const [request] = await bodies<ScreeningRequest>('screening');
    const facts = (await run.exam())?.images.map(({ laterality, prepared }) => [laterality, prepared]);
    const hashes = new Map(request?.images.map(({ laterality, pixelsSha256 }) => [laterality, pixelsSha256]));
    expect(request?.contract).toBe(CONTRACT);
    expect(facts?.toSorted()).toEqual([
      ['left', expect.objectContaining({ contract: CONTRACT, pixelsSha256: hashes.get('left') })],
      ['right', expect.objectContaining({ contract: CONTRACT, pixelsSha256: hashes.get('right') })],
    ]);
    expect(hashes.get('left')).not.toBe(hashes.get('right'));
  });

  it('are answered without a worker where none is gradable, each for its own reason', async () => {
    await run.upload('left', 'too-dark: the left eye');
    await run.upload('right', 'out-of-focus: the right eye');
    await run.deliver('intake');
    expect(await bodies('screening')).toEqual([]);
    await run.deliver('results');
    const record = await run.exam();
    expect(record?.status).toBe('screened');
    expect(record?.result).toMatchObject({
      outcome: 'ungradable',
      model: 'm1',
      features: null,
      eyes: { left: { quality: { reason: 'too-dark' } }, right: { quality: { reason: 'out-of-focus' } } },
    });
  });

  it('are screened by the gradable one where the other is not', async () => {
    await run.upload('left', 'too-dark: the left eye');
    await run.upload('right', 'the right eye');
    await run.deliver('intake');
    const [request] = await bodies<ScreeningRequest>('screening');
    expect(
      request?.images.map(({ laterality, pixelsSha256 }) => [laterality, pixelsSha256 === null]),
    ).toEqual([
      ['left', true],
      ['right', false],
    ]);
  });

  it('are told as soon as they are prepared, before any result', async () => {
    await run.upload('left', 'too-dark: the left eye');
    await run.deliver('intake');
    const [event] = (await run.home.events.after(0, 10)).map(({ event }) => event);
    expect(event).toMatchObject({
      type: 'ImagePrepared',
      exam: EXAM,
      image: 'images/north/P1/2026-05-01/left.jpg',
      laterality: 'left',
      gradable: false,
      reason: 'too-dark',
    });
  });
});

describe('pixels that the worker does not find', () => {
  it('are made again, and the very request is sent again once they are there', async () => {
    await bothArrive();
    const [before] = await bodies<ScreeningRequest>('screening');
    await missLeft();
    expect(await bodies('screening')).toEqual([]);
    await run.settleArrivals();
    expect(await bodies<ScreeningRequest>('screening')).toEqual([before]);
  });

  it('are made three times; then the message is buried, and sent again it begins from the start', async () => {
    await bothArrive();
    await bodies('screening');
    for (const _ of [1, 2, 3]) {
      await missLeft();
      await run.settleArrivals();
      expect(await bodies('screening')).toHaveLength(1);
    }
    await missLeft();
    const [letter] = await run.deadLetters('intake');
    expect(letter?.attributes.reason).toContain('north/P1/2026-05-01');
    expect(letter?.attributes.reason).toContain('prepared 3 times');
    await missLeft();
    await run.settleArrivals();
    expect(await bodies('screening')).toHaveLength(1);
  });

  it('of a former request change nothing', async () => {
    await bothArrive();
    await run.screen();
    await run.deliver('results');
    await missLeft();
    expect(await bodies('preparation')).toEqual([]);
    expect((await run.exam())?.status).toBe('screened');
  });

  it('of a former release, which prepared none, are made before its exams under way are screened', async () => {
    await bothArrive();
    await bodies('screening');
    const record = await run.exam();
    if (record?.request == null) throw new Error('Expected a request.');
    const images = record.images.map(({ prepared: _, ...image }) => image);
    // The worker of this release is asked by the request that the former one had sent.
    const request = { ...record.request, requestId: 'of-the-former-release', contract: null };
    await run.home.exams.save({ ...record, images, request });
    await check({
      reason: 'pixels-missing',
      images: images.map(({ key, versionId }) => ({ key, versionId })),
    });
    await run.settleArrivals();
    const [asked] = await bodies<ScreeningRequest>('screening');
    expect(asked?.contract).toBe(CONTRACT);
    expect(asked?.images.every(({ pixelsSha256 }) => pixelsSha256 !== null)).toBe(true);
  });
});

describe('another model', () => {
  it('has every image of an exam under way prepared for it, and is asked once', async () => {
    await bothArrive();
    await bodies('screening');
    await run.activate(OTHER_MODEL);
    run.pass(6);
    await check({ reason: 'model-changed' });
    const asked = await bodies<PrepareImage>('preparation');
    expect(asked.map(({ image }) => image.key).sort()).toEqual([
      'images/north/P1/2026-05-01/left.jpg',
      'images/north/P1/2026-05-01/right.jpg',
    ]);
    for (const message of asked) {
      await run.home.queues.preparation.queue.send([{ body: JSON.stringify(message) }]);
      await run.deliver('intake');
    }
    const requests = await bodies<ScreeningRequest>('screening');
    expect(requests.map(({ model }) => model.model)).toEqual(['m2']);
    expect(requests[0]?.contract).not.toBe(CONTRACT);
  });

  it('that becomes active between two arrivals has the first image prepared again', async () => {
    await run.upload('left', 'the left eye');
    await run.deliver('intake');
    await run.activate(OTHER_MODEL);
    run.pass(6);
    await run.upload('right', 'the right eye');
    await run.settleArrivals();
    const requests = await bodies<ScreeningRequest>('screening');
    expect(requests.map(({ model }) => model.model)).toEqual(['m2']);
    expect(requests[0]?.images).toHaveLength(2);
  });
});

describe('an exam that is answered', () => {
  it('is not screened again because an old announcement comes once more', async () => {
    await bothArrive();
    await run.screen();
    await run.deliver('results');
    await run.activate(OTHER_MODEL);
    run.pass(6);
    const [left] = (await run.exam())?.images ?? [];
    if (left === undefined) throw new Error('Expected an image.');
    await run.home.queues.preparation.queue.send([announcementOf(left.key, left.versionId)]);
    await run.settleArrivals();
    expect(await bodies('screening')).toEqual([]);
    expect((await run.exam())?.status).toBe('screened');
  });
});

it('does not screen an answered exam again at the end of a wait that began before another model was active', async () => {
  await bothArrive();
  await run.screen();
  await run.deliver('results');
  await run.activate(OTHER_MODEL);
  run.pass(6);
  await check({ reason: 'pairing-window', waitedSeconds: 900 });
  await run.settleArrivals();
  expect(await bodies('screening')).toEqual([]);
  expect((await run.exam())?.status).toBe('screened');
});

it('hands an announcement on to preparation that a former release has sent to intake', async () => {
  const left = await run.upload('left', 'the left eye');
  await bodies('preparation');
  await run.home.queues.intake.queue.send([announcementOf(left.key, left.versionId)]);
  await run.deliver('intake');
  await run.settleArrivals();
  expect((await run.exam())?.images.map(({ key }) => key)).toEqual([left.key]);
});
