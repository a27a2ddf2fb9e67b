import { describe, expect, it } from 'vitest';
import { temporaryHome } from '../testing/temporary-home.ts';
import { ImageAttempts, imageAttemptsKey } from './image-attempts.ts';

const image = { key: 'images/north/P1/2026-05-01/left.jpg', versionId: 'v1' };
const PREPARE = JSON.stringify({ schema: 'prepare-image/1', image });
const RENDER = JSON.stringify({ schema: 'render-image/1', image });

function delivery(
  receiveCount: number,
  more: { readonly id?: string; readonly redrives?: string; readonly body?: string } = {},
) {
  const { id = 'm1', redrives, body = PREPARE } = more;
  const attributes: Record<string, string> = redrives === undefined ? {} : { redrives };
  return { id, body, receiveCount, attributes };
}

async function counting() {
  const temporary = await temporaryHome();
  const { prepared } = temporary.home;
  return {
    prepared,
    attempts: new ImageAttempts(prepared),
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

describe('attempts at an image', () => {
  it('lie beside what is prepared of it, apart for its pixels and its pictures', () => {
    expect(imageAttemptsKey(PREPARE)).toBe('prepared/north/P1/2026-05-01/left.jpg/v1/attempts-1.json');
    expect(imageAttemptsKey(RENDER)).toBe('prepared/north/P1/2026-05-01/left.jpg/v1/render-attempts-1.json');
    const record = { eventSource: 'aws:s3', eventName: 'ObjectCreated:Put' };
    const object = { key: 'images/north/P1/2026-05-01/right.jpg', versionId: 'v2', sequencer: '01' };
    const announced = JSON.stringify({ Records: [{ ...record, s3: { bucket: { name: 'b' }, object } }] });
    expect(imageAttemptsKey(announced)).toBe('prepared/north/P1/2026-05-01/right.jpg/v2/attempts-1.json');
  });

  it.each([
    '{',
    '{}',
    '{"image":{"key":"nowhere","versionId":"v"}}',
    '{"image":{"key":"images/a/b/c/d.jpg","versionId":null}}',
  ])('of a message that names no version of one are not counted: %s', async (body) => {
    await using run = await counting();
    expect(imageAttemptsKey(body)).toBeNull();
    await run.attempts.begin(delivery(2, { body }));
    await run.attempts.forget(delivery(2, { body }));
    expect(await run.attempts.find(delivery(3, { body }))).toEqual({ crashes: 0, isSuspect: true });
  });

  it('make a suspect of what came back without a word, not of what failed in order', async () => {
    await using run = await counting();
    expect(await run.attempts.find(delivery(1))).toEqual({ crashes: 0, isSuspect: false });
    expect(await run.attempts.find(delivery(2))).toEqual({ crashes: 0, isSuspect: true });
    await run.attempts.settle(delivery(2));
    expect(await run.attempts.find(delivery(3))).toEqual({ crashes: 0, isSuspect: false });
    // Another delivery, and another copy of the message.
    expect((await run.attempts.find(delivery(4))).isSuspect).toBe(true);
    expect((await run.attempts.find(delivery(3, { id: 'm2' }))).isSuspect).toBe(true);
  });

  it('keep one that has ended a process apart, whatever came after', async () => {
    await using run = await counting();
    await run.attempts.begin(delivery(2));
    await run.attempts.begin(delivery(3));
    await run.attempts.spare(delivery(3));
    expect(await run.attempts.find(delivery(4))).toEqual({ crashes: 1, isSuspect: true });
  });

  it('begin at zero when the message is sent again, and where the note is damaged', async () => {
    await using run = await counting();
    for (let crash = 0; crash < 3; crash += 1) await run.attempts.begin(delivery(2 + crash));
    expect((await run.attempts.find(delivery(5))).crashes).toBe(3);
    expect((await run.attempts.find(delivery(2, { redrives: '1' }))).crashes).toBe(0);
    await run.attempts.begin(delivery(2, { redrives: '1' }));
    expect((await run.attempts.find(delivery(9))).crashes).toBe(1);
    await run.prepared.put(imageAttemptsKey(PREPARE) ?? '', Buffer.from('{'));
    expect((await run.attempts.find(delivery(2))).crashes).toBe(0);
    await run.attempts.forget(delivery(2));
    expect(await run.prepared.has(imageAttemptsKey(PREPARE) ?? '')).toBe(false);
  });
});
