import { describe, expect, it } from 'vitest';
import { Heartbeat } from './heartbeat.ts';
import { LOG, ScreeningQueue } from './testing/screening-queue.ts';

const screening = new ScreeningQueue();

describe('the heartbeat', () => {
  it('keeps what is held from others and lets go of what is dropped', async () => {
    await screening.send('held', 'dropped');
    const messages = await screening.receive();
    const heartbeat = new Heartbeat(screening.queue, 0.03, LOG);
    for (const { receipt } of messages) heartbeat.hold(receipt, () => undefined);
    for (const { body, receipt } of messages) if (body === 'dropped') heartbeat.drop(receipt);
    expect(heartbeat.size).toBe(1);
    await heartbeat.stop();
    expect(heartbeat.held()).toEqual(messages.filter(({ body }) => body === 'held').map((m) => m.receipt));
  });

  it('tells when a message has gone to somebody else', async () => {
    await screening.send('a');
    const lost = Promise.withResolvers<string>();
    const message = await screening.receiveOne();
    screening.now += 61_000;
    const other = await screening.receiveOne();
    expect(other.id).toBe(message.id);
    const heartbeat = new Heartbeat(screening.queue, 1, LOG);
    heartbeat.hold(message.receipt, () => lost.resolve('lost'));
    expect(await lost.promise).toBe('lost');
    expect(heartbeat.size).toBe(0);
    await heartbeat.stop();
  });

  it('goes on after the queue could not be reached', async () => {
    await screening.send('a');
    const { receipt } = await screening.receiveOne();
    const extended = Promise.withResolvers<readonly string[]>();
    let failures = 1;
    const unsteady = Object.assign(Object.create(screening.queue), {
      extend: async (receipts: readonly string[]) => {
        if (failures-- > 0) throw new Error('no connection');
        extended.resolve(receipts);
        return [];
      },
    });
    const heartbeat = new Heartbeat(unsteady, 1, LOG);
    heartbeat.hold(receipt, () => undefined);
    expect(await extended.promise).toEqual([receipt]);
    await heartbeat.stop();
  });
});
