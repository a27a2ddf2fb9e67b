import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTEMPTS_PREFIX } from '../../core/attempts/attempt-note.ts';
import { Attempts } from '../../core/attempts/attempts.ts';
import type { ReceiveOptions, WorkQueue } from '../../core/ports/index.ts';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { Settlement } from '../../screening/settlement/settle-message.ts';
import { Heartbeat } from './heartbeat.ts';
import { Receiver } from './receiver.ts';

const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** Far longer than a test: the loans of the living do not end, as their heartbeats see to it. */
const LOAN_SECONDS = 3_600;

interface Mix {
  /** Which of the exams end their worker. */
  readonly poisons: readonly boolean[];
  readonly workers: number;
  readonly prefetch: number;
  /** How long exams take, and how long until one ends its worker, in turns of the event loop. */
  readonly turns: readonly number[];
}

const requestOf = (index: number) =>
  JSON.stringify({
    exam: { program: 'north', patient: `P${index}`, exam: '1' },
    requestId: `request ${index}`,
  });

/** What a dead process does with its calls: nothing, for ever. */
function mortal<Port extends object>(port: Port, isDead: () => boolean): Port {
  return new Proxy(port, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...given: unknown[]) => {
        if (isDead()) return new Promise(() => undefined);
        const result = await value.apply(target, given);
        return isDead() ? new Promise(() => undefined) : result;
      };
    },
  });
}

/** One life of a worker on the queue. Resolves when it dies, or when it is asked to stop. */
async function live(
  home: LocalHome,
  { poisons, prefetch, turns }: Mix,
  answered: Map<number, number>,
  stopping: AbortSignal,
): Promise<'died' | 'stopped'> {
  const death = Promise.withResolvers<'died'>();
  let isDead = false;
  const { queue } = home.queues.screening;
  const lent: string[] = [];
  const lending = {
    receive: async (options: ReceiveOptions) => {
      const messages = await queue.receive(options);
      lent.push(...messages.map(({ receipt }) => receipt));
      // What a process is lent in the moment of its death comes back like the rest.
      if (isDead) await queue.release(lent);
      return messages;
    },
    extend: queue.extend.bind(queue),
    delete: queue.delete.bind(queue),
    release: queue.release.bind(queue),
  };
  const screening = {
    queue: mortal(lending, () => isDead) as unknown as WorkQueue,
    deadLetters: mortal(home.queues.screening.deadLetters, () => isDead),
  };
  const attempts = new Attempts(mortal(home.objects, () => isDead));
  const settlement = new Settlement({
    source: 'screening',
    queues: screening,
    attempts,
    remove: async (receipt) => {
      await screening.queue.delete([receipt]);
    },
    log: LOG,
    counters: { add: () => undefined },
  });
  const work = (body: string) => async () => {
    const index = Number(/P(\d+)/.exec(body)?.[1]);
    for (let left = turns[index % turns.length] ?? 0; left > 0; left -= 1) await turn();
    if (isDead) return new Promise<void>(() => undefined);
    if (poisons[index]) {
      isDead = true;
      death.resolve('died');
      return new Promise<void>(() => undefined);
    }
    answered.set(index, (answered.get(index) ?? 0) + 1);
  };
  const heartbeat = new Heartbeat(screening.queue, 3_600, LOG);
  const receiver = new Receiver({
    queue: screening.queue,
    heartbeat,
    attempts,
    visibilitySeconds: LOAN_SECONDS,
    prefetch,
    handle: (message) => settlement.handle(message, work(message.body)),
    handleAlone: (message, known) => settlement.handleAlone(message, known, work(message.body)),
    log: LOG,
  });
  const stop = () => receiver.stop();
  stopping.addEventListener('abort', stop, { once: true });
  if (stopping.aborted) stop();
  const end = await Promise.race([
    death.promise,
    receiver
      .run()
      .then(() => receiver.drained())
      .then(() => 'stopped' as const),
  ]);
  stopping.removeEventListener('abort', stop);
  // A dead process receives nothing more; its loans end by themselves.
  if (end === 'died') {
    receiver.stop();
    await queue.release(lent);
  }
  await heartbeat.stop();
  return end;
}

/** Lets workers live one after another until every exam is answered or buried. */
async function untilSettled(mix: Mix) {
  const directory = await mkdtemp(join(tmpdir(), 'poison-'));
  const home = await openLocalHome(directory);
  try {
    await home.queues.screening.queue.send(mix.poisons.map((_, index) => ({ body: requestOf(index) })));
    const answered = new Map<number, number>();
    const stopping = new AbortController();
    let deaths = 0;
    const supervise = async () => {
      while (!stopping.signal.aborted) {
        if ((await live(home, mix, answered, stopping.signal)) !== 'died') return;
        deaths += 1;
      }
    };
    const running = Promise.all(Array.from({ length: mix.workers }, supervise));
    for (let dry = 0; dry < 3; ) {
      await turn();
      const { visible, inFlight, delayed } = await home.queues.screening.queue.depth();
      dry = visible + inFlight + delayed === 0 ? dry + 1 : 0;
    }
    stopping.abort();
    await running;
    const buried: { readonly index: number; readonly attributes: Readonly<Record<string, string>> }[] = [];
    for (;;) {
      const letters = await home.queues.screening.deadLetters.receive({ maxMessages: 10, waitSeconds: 0 });
      if (letters.length === 0) break;
      for (const { body, attributes } of letters)
        buried.push({ index: Number(/P(\d+)/.exec(body)?.[1]), attributes });
    }
    const { items: notes } = await home.objects.listVersions(ATTEMPTS_PREFIX, { limit: 100 });
    return { answered, buried, deaths, notes };
  } finally {
    await home.close();
    await rm(directory, { recursive: true });
  }
}

const mixes = fc.record({
  poisons: fc.array(fc.oneof({ arbitrary: fc.constant(false), weight: 3 }, fc.constant(true)), {
    minLength: 1,
    maxLength: 30,
  }),
  workers: fc.constantFrom(1, 4),
  prefetch: fc.constantFrom(1, 4, 24),
  turns: fc.array(fc.nat(6), { minLength: 1, maxLength: 7 }),
});

describe('exams that end their worker', () => {
  it('are the only ones that are buried, whoever comes with them and however many workers there are', async () => {
    await fc.assert(
      fc.asyncProperty(mixes, async (mix) => {
        const { answered, buried, deaths, notes } = await untilSettled(mix);
        const indexes = (isPoison: boolean) =>
          mix.poisons.flatMap((poison, index) => (poison === isPoison ? [index] : []));
        expect([...new Set(buried.map(({ index }) => index))].sort((a, b) => a - b)).toEqual(indexes(true));
        expect([...answered.keys()].sort((a, b) => a - b)).toEqual(indexes(false));
        for (const { index, attributes } of buried) {
          expect(attributes.exam).toBe(`north/P${index}/1`);
          expect(attributes.reason).toMatch(
            /ended its worker [3-9]\d* times, each time while nothing else was in hand/,
          );
        }
        expect(deaths).toBeGreaterThanOrEqual(3 * indexes(true).length);
        expect(notes).toEqual([]);
      }),
      { numRuns: Number(process.env.MIXES ?? 40), seed: Number(process.env.MIX_SEED ?? 20260501) },
    );
  }, 300_000);

  it('cost an innocent neighbour few deliveries, although ten of them came with it', async () => {
    const poisons = Array.from({ length: 11 }, (_, index) => index !== 5);
    const { answered, buried, deaths } = await untilSettled({
      poisons,
      workers: 1,
      prefetch: 24,
      turns: [1],
    });
    expect([...answered.keys()]).toEqual([5]);
    expect(buried).toHaveLength(10);
    // Each alone three times, and at most once together.
    expect(deaths).toBeLessThanOrEqual(10 * 3 + 2);
  });
});
