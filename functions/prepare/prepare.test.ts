import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { preparedKey } from '../../core/keys/prepared-key.ts';
import type { ImagePrepared, PrepareImage } from '../../core/messages/image-prepared.ts';
import type { Home, StoredObject } from '../../core/ports/index.ts';
import { decodePreparedImage } from '../../core/preparation/prepared-image.ts';
import { CONTRACT, MODEL } from '../../core/testing/records.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import { FunctionRun } from '../testing/function-run.ts';
import type { FieldCounts, LookedAt } from './field-metrics.ts';
import { createPrepare } from './prepare.ts';
import type { Preparer } from './prepare-content.ts';
import { textPreparer } from './testing/text-preparer.ts';

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
});
afterEach(() => run[Symbol.asyncDispose]());

const sha256 = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');

async function told(): Promise<ImagePrepared[]> {
  const messages = await run.home.queues.intake.queue.receive({ maxMessages: 10, waitSeconds: 0 });
  const bodies = messages.map(({ body }): ImagePrepared => JSON.parse(body));
  // Photographs of one delivery are prepared side by side.
  return bodies.toSorted((a, b) => (a.image.key < b.image.key ? -1 : 1));
}

/** Preparation on a home that a test has changed, called once with what waits. */
async function prepareOn(home: Partial<Home>, preparer: Preparer = textPreparer, fields?: FieldCounts) {
  const messages = await run.home.queues.preparation.queue.receive({ maxMessages: 10, waitSeconds: 0 });
  const counters = { add: () => undefined };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const prepare = createPrepare({
    ...{ source: 'preparation', home: { ...run.home, ...home }, log, counters },
    configuration: run.configuration,
    preparerFor: async () => preparer,
    fields,
  });
  return prepare(queueEventOf(messages, 'preparation'));
}

async function preparedOf(image: StoredObject) {
  const key = preparedKey(image, CONTRACT);
  const file = await run.home.prepared.get(key);
  return file === undefined ? undefined : decodePreparedImage(file, image, key);
}

function askFor(image: StoredObject, more: Partial<PrepareImage> = {}) {
  const { key, versionId } = image;
  const message: PrepareImage = {
    ...{ schema: 'prepare-image/1', image: { key, versionId, sequencer: '' }, sha256: image.sha256 },
    ...more,
  };
  return run.home.queues.preparation.queue.send([{ body: JSON.stringify(message) }]);
}

describe('a photograph that arrives', () => {
  it('is counted once by the field that it shows, with what its sender named, unless it is ungradable', async () => {
    const counted: LookedAt[] = [];
    const fields = { add: (one: LookedAt) => void counted.push(one) };
    const preparer = {
      ...textPreparer,
      prepare: async (bytes: Uint8Array) => ({
        ...(await textPreparer.prepare(bytes)),
        field: 'disc' as const,
      }),
    };
    const metadata = { field: 'macula' };
    await run.home.objects.put('images/north/P1/1/left.jpg', Buffer.from('the left eye'), { metadata });
    await run.upload('right', 'too-dark: the right eye');
    await prepareOn({}, preparer, fields);
    expect(counted).toEqual([{ program: 'north', device: undefined, named: 'macula', seen: 'disc' }]);
    const again = await run.home.objects.head('images/north/P1/1/left.jpg');
    if (again === undefined) throw new Error('it is stored');
    await askFor(again);
    await prepareOn({}, preparer, fields);
    expect(counted).toHaveLength(1);
  });

  it('is stored as pixels with what was found of it, and intake is told its hash', async () => {
    const left = await run.upload('left', 'the left eye');
    const right = await run.upload('right', 'too-dark: the right eye');
    await run.prepare();
    // `printf 'the left eye' | sha256sum` gives the bytes of which the test's preparer makes 2 × 2 pixels.
    const pixels = Buffer.from(sha256('the left eye'), 'hex').subarray(0, 12);
    expect(await preparedOf(left)).toEqual({
      facts: {
        contract: CONTRACT,
        pixelsSha256: sha256(pixels),
        quality: { gradable: true, reason: null, measurements: { sharpness: expect.any(Number) } },
        ...{ detected: null, field: null },
      },
      pixels: new Uint8Array(pixels),
    });
    expect(await preparedOf(right)).toMatchObject({
      facts: { pixelsSha256: null, quality: { gradable: false, reason: 'too-dark' } },
      pixels: null,
    });
    const messages = await told();
    expect(messages.map(({ image }) => [image.key, image.versionId])).toEqual([
      [left.key, left.versionId],
      [right.key, right.versionId],
    ]);
    expect(messages.map((message) => message.sha256)).toEqual([left.sha256, right.sha256]);
    expect(messages.map(({ prepared }) => prepared.quality.reason)).toEqual([null, 'too-dark']);
  });

  it('tells by which camera and when it was taken, again whenever it is announced', async () => {
    const background = { r: 90, g: 40, b: 20 };
    const file = await sharp({ create: { width: 8, height: 8, channels: 3, background } })
      .withExif({
        IFD0: { Make: 'Canon', Model: 'CR-2' },
        IFD2: { DateTimeOriginal: '2026:04:30 10:15:23' },
      })
      .jpeg()
      .toBuffer();
    const left = await run.home.objects.put('images/north/P1/2026-05-01/left.jpg', file);
    await run.prepare();
    await askFor(left);
    await run.prepare();
    const messages = await told();
    expect(messages.map(({ takenOn, prepared }) => [takenOn, prepared.device])).toEqual([
      ['2026-04-30', 'Canon CR-2'],
      ['2026-04-30', 'Canon CR-2'],
    ]);
  });

  it('is decoded once, however often it is announced', async () => {
    let decoded = 0;
    const counting: Preparer = {
      ...textPreparer,
      prepare: (bytes) => {
        decoded += 1;
        return textPreparer.prepare(bytes);
      },
    };
    const left = await run.upload('left', 'the left eye');
    await prepareOn({}, counting);
    await askFor(left);
    await prepareOn({}, counting);
    expect(decoded).toBe(1);
    const [first, second] = await told();
    expect(second?.prepared).toEqual(first?.prepared);
  });

  it('is prepared again where what was prepared is damaged, or of another file', async () => {
    const left = await run.upload('left', 'the left eye');
    const right = await run.upload('right', 'the right eye');
    await run.prepare();
    const [leftKey, rightKey] = [preparedKey(left, CONTRACT), preparedKey(right, CONTRACT)];
    const whole = (await run.home.prepared.get(leftKey)) ?? new Uint8Array();
    await run.home.prepared.put(rightKey, whole);
    await run.home.prepared.put(leftKey, whole.subarray(0, whole.length - 1));
    await askFor(left);
    await askFor(right);
    await run.prepare();
    expect((await preparedOf(left))?.pixels).toHaveLength(12);
    expect((await preparedOf(right))?.facts.pixelsSha256).not.toBe(
      (await preparedOf(left))?.facts.pixelsSha256,
    );
  });

  it('leaves nothing behind when it is erased while it is prepared, and nothing is told of it', async () => {
    const left = await run.upload('left', 'the left eye');
    const { prepared, objects } = run.home;
    const erasing = {
      get: (key: string) => prepared.get(key),
      has: (key: string) => prepared.has(key),
      removeAll: (prefix: string) => prepared.removeAll(prefix),
      put: async (key: string, content: Uint8Array) => {
        await objects.deleteVersion(left.key, left.versionId ?? '');
        await prepared.put(key, content);
      },
    };
    expect(await prepareOn({ prepared: erasing })).toEqual({ batchItemFailures: [] });
    expect(await preparedOf(left)).toBeUndefined();
    expect(await told()).toEqual([]);
  });

  it('leaves nothing behind either when preparation dies after its write: the next delivery removes it', async () => {
    const left = await run.upload('left', 'the left eye');
    await run.prepare();
    await told();
    await run.home.objects.deleteVersion(left.key, left.versionId ?? '');
    await askFor(left, { sha256: left.sha256 });
    await run.prepare();
    expect(await preparedOf(left)).toBeUndefined();
  });

  it('is delivered again, not buried, where a store fails', async () => {
    await run.upload('left', 'the left eye');
    const broken = { ...run.home.prepared, get: () => Promise.reject(new Error('no connection')) };
    const response = await prepareOn({ prepared: broken as never });
    expect(response.batchItemFailures).toHaveLength(1);
    expect(await run.deadLetters('preparation')).toEqual([]);
  });

  it('whose key names no exam is buried with the reason', async () => {
    await run.home.objects.put('images/left.jpg', Buffer.from('the left eye'));
    await run.prepare();
    const [letter] = await run.deadLetters('preparation');
    expect(letter?.attributes.reason).toContain('images/{program}/{patient}/{exam}/{file}');
  });
});

describe('a photograph that intake asks for', () => {
  it('and that is gone is told as deleted, so that its exam ends', async () => {
    const left = await run.upload('left', 'the left eye');
    await run.home.objects.deleteVersion(left.key, left.versionId ?? '');
    await run.prepare();
    expect(await told()).toEqual([]);
    await askFor(left);
    await run.prepare();
    expect(await told()).toMatchObject([
      { sha256: left.sha256, prepared: { contract: CONTRACT, quality: { reason: 'image-deleted' } } },
    ]);
  });

  it('is prepared for the model that is active by then', async () => {
    const left = await run.upload('left', 'the left eye');
    await run.prepare();
    await run.activate({ ...MODEL, model: 'm2', input: { imageSize: 112, detector: null } });
    await askFor(left);
    await run.prepare();
    const contracts = (await told()).map(({ prepared }) => prepared.contract);
    expect(contracts[0]).toBe(CONTRACT);
    expect(contracts[1]).not.toBe(CONTRACT);
  });

  it('for a job is told so', async () => {
    const left = await run.upload('left', 'the left eye');
    await run.prepare();
    await told();
    const { key, versionId } = left;
    const image = { key, versionId, sequencer: '' };
    const body = { schema: 'prepare-image/1', image, sha256: left.sha256, bulk: true };
    await run.home.queues['bulk-preparation'].queue.send([{ body: JSON.stringify(body) }]);
    await run.prepare();
    expect((await told()).map(({ bulk }) => bulk)).toEqual([true]);
  });
});

it('a contract that does not exist is asked for in vain: the image is prepared under the one in force, and told so', async () => {
  const left = await run.upload('left', 'the left eye');
  await run.prepare();
  await told();
  for (const bulk of [true, undefined] as const) {
    await askFor(left, { contract: 'no such contract', ...(bulk === undefined ? {} : { bulk }) });
    await run.prepare();
    expect((await told()).map(({ prepared }) => prepared.contract)).toEqual([CONTRACT]);
  }
  expect(await run.home.prepared.get(preparedKey(left, 'no such contract'))).toBeUndefined();
  const { visible, inFlight } = await run.home.queues.preparation.deadLetters.depth();
  expect(visible + inFlight).toBe(0);
});
