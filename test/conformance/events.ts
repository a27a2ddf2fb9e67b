import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DomainEvent, Events } from '../../core/ports/index.ts';

export interface EventsSubject {
  readonly events: Events;
  /** Everything published so far, as a receiver sees it. */
  received(): Promise<readonly DomainEvent[]>;
  close(): Promise<void>;
}

function screened(id: string): DomainEvent {
  return {
    type: 'ExamScreened',
    id,
    at: '2026-05-01T00:20:00.000Z',
    exam: { program: 'north', patient: '患者 7', exam: '2026-05-01' },
    outcome: 'refer',
  };
}

/** What every publisher of events must do. */
export function describeEvents(name: string, open: () => Promise<EventsSubject>): void {
  describe(`Events: ${name}`, () => {
    let subject: EventsSubject;

    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.close());

    async function receivedOf(ids: readonly string[]): Promise<readonly DomainEvent[]> {
      return (await subject.received()).filter((event) => ids.includes(event.id));
    }

    it('tells what has happened, whole', async () => {
      await subject.events.publish([screened('whole')]);
      expect(await receivedOf(['whole'])).toEqual([screened('whole')]);
    });

    it('publishes more events at once than one call takes', async () => {
      const ids = Array.from({ length: 25 }, (_, index) => `many ${index}`);
      await subject.events.publish(ids.map(screened));
      const received = await receivedOf(ids);
      expect(received.map((event) => event.id).toSorted()).toEqual(ids.toSorted());
    });

    it('tells a repetition under the same id, if at all', async () => {
      await subject.events.publish([screened('again')]);
      await subject.events.publish([screened('again')]);
      const received = await receivedOf(['again']);
      expect(received.length).toBeGreaterThanOrEqual(1);
      for (const event of received) expect(event).toEqual(screened('again'));
    });

    it('takes no events at all as nothing to do', async () => {
      const before = await subject.received();
      await subject.events.publish([]);
      expect(await subject.received()).toEqual(before);
    });
  });
}
