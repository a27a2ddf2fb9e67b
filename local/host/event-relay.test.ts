import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../core/ports/index.ts';
import { filePosition } from '../events/position.ts';
import { type LocalHome, openLocalHome } from '../home.ts';
import { fairGroups } from '../queue/testing/fair-groups.ts';
import { EventRelay, type EventRelayOptions } from './event-relay.ts';

let folder: string;
let home: LocalHome;
const errors: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relay-'));
  home = await openLocalHome(folder);
  errors.length = 0;
});
afterEach(async () => {
  await home.close();
  await rm(folder, { recursive: true });
});

function screened(patient: string, program = 'north'): DomainEvent {
  const exam = { program, patient, exam: '1' };
  return { type: 'ExamScreened', id: patient, at: '2026-05-01T00:00:00.000Z', exam, outcome: 'refer' };
}

function start(change: Partial<EventRelayOptions> = {}): EventRelay {
  return new EventRelay({
    events: home.events,
    queue: home.queues.indexing.queue,
    position: filePosition(join(folder, 'followed')),
    wanted: () => true,
    log: { info: () => undefined, warn: () => undefined, error: (message) => errors.push(message) },
    ...change,
  });
}

/** Ids of events in the queue, in the order of their delivery, once there are so many. */
async function relayed(count: number): Promise<string[]> {
  const { queue } = home.queues.indexing;
  const ids: string[] = [];
  while (ids.length < count) {
    const messages = await queue.receive({ maxMessages: 10, waitSeconds: 20 });
    ids.push(...messages.map(({ body }) => (JSON.parse(body) as DomainEvent).id));
    await queue.delete(messages.map(({ receipt }) => receipt));
  }
  return ids;
}

describe('the relay of events', () => {
  it('sends what is wanted to the queue, in order, each with its program as group', async () => {
    await home.events.publish(['A', 'B', 'C'].map((patient) => screened(patient)));
    await home.events.publish([screened('D', 'south')]);
    const relay = start({ wanted: async (event) => event.id !== 'B' });
    while ((await home.queues.indexing.queue.depth()).visible < 3) await delay(10);
    expect(fairGroups(home, 'indexing')).toEqual(['north', 'north', 'south']);
    expect((await relayed(3)).toSorted()).toEqual(['A', 'C', 'D']);
    await relay.stop();
  });

  it('goes on over restarts behind what it has sent, and passes over what is not wanted', async () => {
    await home.events.publish([screened('A'), screened('B')]);
    const first = start({ wanted: ({ id }) => id === 'A' });
    expect(await relayed(1)).toEqual(['A']);
    await first.stop();
    await home.events.publish([screened('C')]);
    const second = start();
    expect(await relayed(1)).toEqual(['C']);
    await second.stop();
    expect(await home.queues.indexing.queue.depth()).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it('loses no event if its place cannot be written: it sends again, and says what is wrong', async () => {
    await home.events.publish([screened('A')]);
    const position = filePosition(join(folder, 'followed'));
    let faults = 1;
    const relay = start({
      position: {
        read: position.read,
        write: async (sequence) => {
          if (faults-- > 0) throw new Error('the disk is full');
          await position.write(sequence);
        },
      },
    });
    expect(await relayed(2)).toEqual(['A', 'A']);
    await relay.stop();
    expect(errors).toEqual(['Events do not reach queue indexing']);
    expect(await position.read()).toBe(1);
  });

  it('begins with the first event if the file of its place is lost or damaged', async () => {
    const position = filePosition(join(folder, 'followed'));
    expect(await position.read()).toBe(0);
    await position.write(7);
    expect(await position.read()).toBe(7);
    const { writeFile } = await import('node:fs/promises');
    await writeFile(join(folder, 'followed'), 'x');
    expect(await position.read()).toBe(0);
  });
});
