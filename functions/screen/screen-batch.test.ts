import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Attempts } from '../../core/attempts/attempts.ts';
import type { ReceivedMessage } from '../../core/ports/index.ts';
import { temporaryHome } from '../../core/testing/temporary-home.ts';
import type { LocalHome } from '../../local/home.ts';
import { InferenceCrashError } from '../../screening/errors.ts';
import { MOST_CRASHES } from '../../screening/settlement/settle-message.ts';
import { createScreenBatch } from './screen-batch.ts';

const request = (patient: string) =>
  JSON.stringify({ exam: { program: 'north', patient, exam: '1' }, requestId: `r-${patient}` });
/** A call has a minute; of it 10 s are kept for settling. */
const MINUTE = 60_000;

let temporary: Awaited<ReturnType<typeof temporaryHome>>;
let home: LocalHome;
let now: number;
beforeEach(async () => {
  now = Date.parse('2026-05-01T08:00:00Z');
  temporary = await temporaryHome({ now: () => now });
  home = temporary.home;
});
afterEach(() => temporary[Symbol.asyncDispose]());

const lane = () => home.queues['live-screening'];
const receive = () => lane().queue.receive({ maxMessages: 10, waitSeconds: 0 });
const pass = (seconds: number) => {
  now += seconds * 1000;
};

/** What is done with an exam, by its patient. */
type Work = (patient: string) => Promise<void>;

function batchOf(work: Work) {
  const seen = { hurried: [] as boolean[], stopped: 0, discarded: 0, alone: [] as number[] };
  let inHand = 0;
  const call = createScreenBatch({
    home,
    screening: {
      work: async () => ({
        screen: async (body) => {
          inHand += 1;
          seen.alone.push(inHand);
          await work(JSON.parse(body).exam.patient).finally(() => {
            inHand -= 1;
          });
        },
        hurry: (isHurried) => void seen.hurried.push(isHurried),
        stop: () => {
          seen.stopped += 1;
        },
      }),
      discard: async () => {
        seen.discarded += 1;
      },
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    counters: { add: () => undefined },
  });
  const run = (messages: readonly ReceivedMessage[], milliseconds = MINUTE) =>
    call({ source: 'live-screening', messages, milliseconds });
  return { run, seen };
}

async function send(...patients: readonly string[]): Promise<void> {
  await lane().queue.send(patients.map((patient) => ({ body: request(patient) })));
}

describe('a call of the live lane', () => {
  it('has its exams side by side, and removes each message as soon as its exam is done', async () => {
    await send('P1', 'P2');
    const gate = Promise.withResolvers<void>();
    const { run, seen } = batchOf(async (patient) => (patient === 'P2' ? gate.promise : undefined));
    const calling = run(await receive());
    await expect.poll(async () => (await lane().queue.depth()).inFlight).toBe(1);
    gate.resolve();
    expect(await calling).toEqual([]);
    expect(Math.max(...seen.alone)).toBe(2);
    expect(await lane().queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it('leaves what failed for later, longer each time, and names it', async () => {
    await send('P1', 'P2');
    const { run } = batchOf(async (patient) => {
      if (patient === 'P1') throw new Error('The store is slow.');
    });
    const messages = await receive();
    const failing = messages.find(({ body }) => body === request('P1'));
    expect(await run(messages)).toEqual([failing?.id]);
    expect(await receive()).toEqual([]);
    pass(3);
    const [again] = await receive();
    expect(again).toMatchObject({ body: request('P1'), receiveCount: 2 });
    // Its first delivery was settled, so it is no suspect.
    expect((await new Attempts(home.objects).find(again as ReceivedMessage)).isSuspect).toBe(false);
    expect(await run([again as ReceivedMessage])).toEqual([again?.id]);
    pass(3);
    expect(await receive()).toEqual([]);
    pass(2);
    expect(await receive()).toHaveLength(1);
  });

  it('buries what is no request, and says where it came from', async () => {
    const { parseMessage } = await import('../../core/messages/parse-message.ts');
    const { screeningRequestSchema } = await import('../../core/messages/screening-request.ts');
    await send('P1');
    const { run } = batchOf(async () => {
      parseMessage(screeningRequestSchema, '{}');
    });
    expect(await run(await receive())).toEqual([]);
    const [letter] = await lane().deadLetters.receive({ maxMessages: 10, waitSeconds: 0 });
    expect(letter?.attributes).toMatchObject({ source: 'live-screening', exam: 'north/P1/1' });
    expect(letter?.attributes.remedy).toContain('retclip redrive live-screening');
  });

  it('has nothing left in an unknown state when its time is over', async () => {
    await send('P1', 'P2');
    const { run, seen } = batchOf(async (patient) =>
      patient === 'P1' ? new Promise<void>(() => undefined) : undefined,
    );
    const messages = await receive();
    const slow = messages.find(({ body }) => body === request('P1'));
    expect(await run(messages, 10_050)).toEqual([slow?.id]);
    expect(seen).toMatchObject({ stopped: 1, discarded: 1 });
    pass(3);
    const [again] = await receive();
    const known = await new Attempts(home.objects).find(again as ReceivedMessage);
    expect(known).toEqual({ crashes: 0, failures: 1, isSuspect: false });
  });

  it('hands everything back where its model cannot be loaded, counts nothing, and ends as failed', async () => {
    await send('P1');
    const call = createScreenBatch({
      home,
      screening: {
        work: () => Promise.reject(new Error('The bundle is damaged.')),
        discard: async () => undefined,
      },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      counters: { add: () => undefined },
    });
    const messages = await receive();
    await expect(call({ source: 'live-screening', messages, milliseconds: MINUTE })).rejects.toThrow(
      /bundle is damaged/,
    );
    pass(31);
    const [again] = await receive();
    expect(await new Attempts(home.objects).find(again as ReceivedMessage)).toMatchObject({
      crashes: 0,
      failures: 0,
    });
  });
});

describe('exams that were in hand when a container died', () => {
  /** As if the container had died: the messages come back, and nothing was noted. */
  async function died(): Promise<readonly ReceivedMessage[]> {
    pass(361);
    return receive();
  }

  it('are screened alone, after the others, each by itself', async () => {
    await send('P1', 'P2');
    await receive();
    const suspects = await died();
    await send('P3', 'P4');
    const order: string[] = [];
    const { run, seen } = batchOf(async (patient) => {
      order.push(patient);
      await new Promise((resolve) => setTimeout(resolve, 5));
    });
    expect(await run([...suspects, ...(await receive())])).toEqual([]);
    expect(order.slice(0, 2).sort()).toEqual(['P3', 'P4']);
    expect(order.slice(2).sort()).toEqual(['P1', 'P2']);
    expect(seen.alone.slice(2)).toEqual([1, 1]);
    expect(seen.hurried).toEqual([true, false]);
  });

  it('are buried after three deaths of their own, and others are not for theirs', async () => {
    await send('P1');
    await receive();
    // Dies with it: nothing after the beginning is noted.
    for (let death = 1; death <= MOST_CRASHES; death += 1) {
      const [message] = await died();
      await new Attempts(home.objects).begin(message as ReceivedMessage);
    }
    let isScreened = false;
    const { run } = batchOf(async () => {
      isScreened = true;
    });
    expect(await run(await died())).toEqual([]);
    expect(isScreened).toBe(false);
    const [letter] = await lane().deadLetters.receive({ maxMessages: 10, waitSeconds: 0 });
    expect(letter?.attributes.reason).toMatch(/ended its worker 3 times/);
  });

  it('go back at once where the model has ended, with the model, and only the one in hand is counted', async () => {
    await send('P1', 'P2');
    await receive();
    const { run, seen } = batchOf(async () => {
      throw new InferenceCrashError('gone');
    });
    const messages = await died();
    expect([...(await run(messages))].sort()).toEqual(messages.map(({ id }) => id).sort());
    expect(seen.discarded).toBe(1);
    const attempts = new Attempts(home.objects);
    const known = await Promise.all((await receive()).map((message) => attempts.find(message)));
    expect(known.map(({ crashes }) => crashes).sort()).toEqual([0, 1]);
  });
});
