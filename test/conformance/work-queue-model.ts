import fc from 'fast-check';
import { expect } from 'vitest';
import type { QueueSettings } from '../../core/messages/queues.ts';
import type { ReceivedMessage } from '../../core/ports/index.ts';
import type { QueueSubject } from './work-queue/index.ts';

interface ModelMessage {
  readonly body: string;
  visibleAt: number;
  receiveCount: number;
  /** The receipt that holds the message, if any does. */
  receipt: string | null;
}

/** What a queue holds, in the plainest terms. */
interface Model {
  now: number;
  sent: number;
  messages: ModelMessage[];
  dead: string[];
  /** Every receipt ever given, with the message that it named. */
  readonly receipts: { readonly receipt: string; readonly body: string }[];
}

type Command = fc.AsyncCommand<Model, QueueSubject>;

function messageOf(model: Model, receipt: string): ModelMessage | undefined {
  return model.messages.find((message) => message.receipt === receipt);
}

function inFlight(model: Model, message: ModelMessage): boolean {
  return message.receipt !== null && message.visibleAt > model.now;
}

class Send implements Command {
  readonly delays: readonly number[];
  constructor(delays: readonly number[]) {
    this.delays = delays;
  }
  check(): boolean {
    return true;
  }
  async run(model: Model, { queue }: QueueSubject): Promise<void> {
    const messages = this.delays.map((delaySeconds, index) => ({
      body: `message ${model.sent + index}`,
      delaySeconds,
    }));
    await queue.send(messages);
    model.sent += messages.length;
    for (const { body, delaySeconds } of messages) {
      model.messages.push({
        body,
        visibleAt: model.now + delaySeconds * 1_000,
        receiveCount: 0,
        receipt: null,
      });
    }
  }
  toString(): string {
    return `send(delays ${this.delays.join(', ')})`;
  }
}

class Receive implements Command {
  readonly maxMessages: number;
  readonly visibilitySeconds: number;
  readonly maxReceiveCount: number;
  constructor(maxMessages: number, visibilitySeconds: number, maxReceiveCount: number) {
    this.maxMessages = maxMessages;
    this.visibilitySeconds = visibilitySeconds;
    this.maxReceiveCount = maxReceiveCount;
  }
  check(): boolean {
    return true;
  }
  async run(model: Model, { queue }: QueueSubject): Promise<void> {
    const received = await queue.receive({
      maxMessages: this.maxMessages,
      waitSeconds: 0,
      visibilitySeconds: this.visibilitySeconds,
    });
    const visible = model.messages.filter((message) => message.visibleAt <= model.now);
    const due = visible.filter((message) => message.receiveCount < this.maxReceiveCount);
    expect(received).toHaveLength(Math.min(this.maxMessages, due.length));
    for (const message of received) this.#lend(model, message);
    this.#buryExhausted(model, visible, received);
  }
  #lend(model: Model, received: ReceivedMessage): void {
    const message = model.messages.find(({ body }) => body === received.body);
    expect(message, `${received.body} was deleted or never sent`).toBeDefined();
    if (message === undefined) return;
    expect(message.visibleAt, `${received.body} is on loan or delayed`).toBeLessThanOrEqual(model.now);
    message.receiveCount += 1;
    expect(received.receiveCount).toBe(message.receiveCount);
    expect(model.receipts.map(({ receipt }) => receipt)).not.toContain(received.receipt);
    message.receipt = received.receipt;
    message.visibleAt = model.now + this.visibilitySeconds * 1_000;
    model.receipts.push({ receipt: received.receipt, body: message.body });
  }
  /** A receive that asks for all that is due has met every exhausted message; one that asks for less, perhaps some. */
  #buryExhausted(model: Model, visible: ModelMessage[], received: readonly ReceivedMessage[]): void {
    if (received.length === this.maxMessages) return;
    const exhausted = visible.filter(
      (message) => message.visibleAt <= model.now && message.receiveCount >= this.maxReceiveCount,
    );
    model.dead.push(...exhausted.map(({ body }) => body));
    model.messages = model.messages.filter((message) => !exhausted.includes(message));
  }
  toString(): string {
    return `receive(${this.maxMessages}, for ${this.visibilitySeconds} s)`;
  }
}

/** Uses any receipt ever given, stale ones too. */
class Use implements Command {
  readonly how: 'delete' | 'extend' | 'release';
  readonly choice: number;
  constructor(how: 'delete' | 'extend' | 'release', choice: number) {
    this.how = how;
    this.choice = choice;
  }
  check(model: Readonly<Model>): boolean {
    return model.receipts.length > 0;
  }
  async run(model: Model, { queue }: QueueSubject): Promise<void> {
    const { receipt } = model.receipts[this.choice % model.receipts.length] ?? { receipt: '' };
    const message = messageOf(model, receipt);
    if (this.how === 'delete') {
      await queue.delete([receipt]);
      model.messages = model.messages.filter((other) => other !== message);
      return;
    }
    const holds = message !== undefined && inFlight(model, message);
    const failures =
      this.how === 'extend' ? await queue.extend([receipt], 20) : await queue.release([receipt]);
    expect(failures.map((failure) => failure.receipt)).toEqual(holds ? [] : [receipt]);
    if (!holds) return;
    message.visibleAt = model.now + (this.how === 'extend' ? 20_000 : 0);
    if (this.how === 'release') message.receipt = null;
  }
  toString(): string {
    return `${this.how}(receipt ${this.choice})`;
  }
}

class Advance implements Command {
  readonly seconds: number;
  constructor(seconds: number) {
    this.seconds = seconds;
  }
  check(): boolean {
    return true;
  }
  async run(model: Model, subject: QueueSubject): Promise<void> {
    await subject.advance(this.seconds * 1_000);
    model.now += this.seconds * 1_000;
  }
  toString(): string {
    return `advance(${this.seconds} s)`;
  }
}

async function drain(subject: QueueSubject): Promise<readonly string[]> {
  const bodies: string[] = [];
  await subject.advance(20_000);
  for (const queue of [subject.queue, subject.deadLetters]) {
    for (;;) {
      const received = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
      if (received.length === 0) break;
      bodies.push(...received.map(({ body }) => body));
      await queue.delete(received.map(({ receipt }) => receipt));
    }
  }
  return bodies.toSorted();
}

/**
 * Compares a queue with its model over random sequences of everything that can be done to it. At the end every message
 * that was sent and not deleted is still there, once, in the queue or among the dead letters.
 *
 * @param open must have a clock that can be set
 */
export async function checkQueueAgainstModel(
  open: (settings: QueueSettings) => Promise<QueueSubject>,
  runs: number,
): Promise<void> {
  const settings = { visibilitySeconds: 5, maxReceiveCount: 3, retentionSeconds: 14 * 24 * 3_600 };
  const commands = fc.commands(
    [
      fc
        .array(fc.constantFrom(0, 0, 0, 4), { minLength: 1, maxLength: 12 })
        .map((delays) => new Send(delays)),
      fc
        .tuple(fc.integer({ min: 1, max: 10 }), fc.constantFrom(3, 8))
        .map(([most, seconds]) => new Receive(most, seconds, settings.maxReceiveCount)),
      fc.constantFrom(2, 5).map((seconds) => new Advance(seconds)),
      fc
        .tuple(fc.constantFrom('delete' as const, 'extend' as const, 'release' as const), fc.nat())
        .map(([how, choice]) => new Use(how, choice)),
    ],
    { maxCommands: 40, size: 'max' },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      const subject = await open(settings);
      const model: Model = { now: 0, sent: 0, messages: [], dead: [], receipts: [] };
      try {
        await fc.asyncModelRun(() => ({ model, real: subject }), sequence);
        const left = [...model.messages.map(({ body }) => body), ...model.dead].toSorted();
        expect(await drain(subject)).toEqual(left);
      } finally {
        await subject.close();
      }
    }),
    { numRuns: runs, seed: 20_260_501 },
  );
}
