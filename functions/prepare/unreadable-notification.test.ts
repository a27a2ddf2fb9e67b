import { describe, expect, it } from 'vitest';
import { FunctionRun } from '../testing/function-run.ts';

function record(key: unknown, more: Record<string, unknown> = {}) {
  return {
    eventName: 'ObjectCreated:Put',
    s3: { object: { key, versionId: 'v', sequencer: '0A', ...more } },
  };
}

function notification(...Records: unknown[]): string {
  return JSON.stringify({ Records });
}

/** A photograph whose own announcement is taken away, to be announced by the test. */
async function unannounced(run: FunctionRun) {
  const { key, versionId } = await run.upload('left', 'L1');
  await run.home.queues.preparation.queue.delete(
    (await run.receive('preparation')).map(({ receipt }) => receipt),
  );
  return record(encodeURIComponent(key).replaceAll('%2F', '/'), { versionId });
}

async function delivered(run: FunctionRun, body: string) {
  await run.home.queues.preparation.queue.send([{ body }]);
  const response = await run.call('preparation', await run.receive('preparation'));
  return { again: response.batchItemFailures, letters: await run.deadLetters('preparation') };
}

const CASES: [what: string, body: string, reason: RegExp][] = [
  [
    'a percent sign that encodes nothing',
    notification(record('images/north/P%[[[1/left.jpg')),
    /P%\[\[\[1\/left\.jpg" is badly encoded/,
  ],
  ['a byte that is no UTF-8', notification(record('images/north/P1/e1/left%E9.jpg')), /badly encoded/],
  ['half of a character', notification(record('images/north/P1/e1/%ED%A0%80.jpg')), /badly encoded/],
  ['a cut escape at its end', notification(record('images/north/P1/e1/left.jpg%2')), /badly encoded/],
  ['a control character', notification(record('images/north/P%001/e1/left.jpg')), /patient id/],
  ['an empty key', notification(record('')), /key/i],
  ['a key that is a number', notification(record(7)), /key/],
  ['no key', notification({ eventName: 'ObjectCreated:Put', s3: {} }), /object/],
  ['a record that is none', notification('left.jpg'), /object/],
  ['records that are no list', '{"Records":{"s3":1}}', /Records/],
  ['a schema of another time', '{"schema":"exam-check/9"}', /exam-check/],
  [
    'a check of an exam that is a text',
    '{"schema":"exam-check/1","reason":"pairing-window","exam":"P1"}',
    /exam/,
  ],
  ['a number', '7', /object/],
  ['no JSON', '{"Records":[', /JSON/],
];

describe('a message of preparation that can never be read', () => {
  it.each(CASES)(
    'because of %s goes to the dead letters at once, with the reason',
    async (_, body, reason) => {
      await using run = await FunctionRun.open();
      const { again, letters } = await delivered(run, body);
      expect(again).toEqual([]);
      expect(letters.map((letter) => letter.body)).toEqual([body]);
      expect(letters[0]?.attributes.reason).toMatch(reason);
      expect(letters[0]?.attributes.remedy).toContain('retclip redrive preparation');
    },
  );

  it('costs no other photograph of its notification', async () => {
    for (const bad of [
      record('images/north/P%[[/left.jpg'),
      record(7),
      record('images/no#rth/P1/e1/right.jpg'),
    ]) {
      for (const first of [true, false]) {
        await using run = await FunctionRun.open();
        const good = await unannounced(run);
        const { again, letters } = await delivered(
          run,
          first ? notification(bad, good) : notification(good, bad),
        );
        expect(again).toEqual([]);
        expect(letters).toHaveLength(1);
        await run.settleArrivals();
        expect((await run.exam())?.status).toBe('registered');
      }
    }
  });

  it('is delivered again where another photograph of it met a fault of the system', async () => {
    await using run = await FunctionRun.open();
    const good = await unannounced(run);
    await run.home.objects.put('models/active.json', Buffer.from('{"schema":'));
    const { again, letters } = await delivered(run, notification(record('images/north/P%[[/left.jpg'), good));
    expect(again).toHaveLength(1);
    expect(letters).toEqual([]);
  });

  it('passes over what is no upload', async () => {
    await using run = await FunctionRun.open();
    const removed = { ...record('images/north/P1/e1/left.jpg'), eventName: 'ObjectRemoved:Delete' };
    const { again, letters } = await delivered(run, notification(removed));
    expect([again, letters]).toEqual([[], []]);
  });
});
