import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import { type DomainEvent, domainEventSchema, programOfEvent } from '../messages/domain-event.ts';
import { eventJsonSchema } from './event-schema.ts';
import { screenedEvent } from './screened-event.ts';

const EXAM = { program: 'north', patient: 'P1', exam: '2026-05-01' };
const AT = '2026-05-01T12:00:00.000Z';

const EVENTS: readonly DomainEvent[] = [
  { type: 'ExamScreened', id: 'r1', at: AT, exam: EXAM, outcome: 'refer' },
  {
    ...{ type: 'ExamReviewed', id: 'v1', at: AT, exam: EXAM, machineOutcome: 'refer' },
    ...{ verdict: 'recall', outcome: null, role: 'first-reader' },
  },
  {
    ...{ type: 'JobFinished', id: 'j1', at: AT, program: 'north', job: 'j1', mode: 'rescore' },
    ...{ state: 'finished', planned: 3, done: 2, skipped: 1, failed: 0 },
  },
];

describe('an event', () => {
  it.each(EVENTS)('$type passes its own schema unchanged and tells its program', (event) => {
    expect(domainEventSchema.parse(event)).toEqual(event);
    expect(programOfEvent(event)).toBe('north');
  });

  it.each([
    ['of no known type', { ...EVENTS[0], type: 'ExamForgotten' }],
    ['without an id', { ...EVENTS[0], id: '' }],
    ['at no instant', { ...EVENTS[0], at: 'yesterday' }],
    ['with an outcome that no policy decides', { ...EVENTS[1], verdict: 'cured' }],
    ['of a job that did less than nothing', { ...EVENTS[2], done: -1 }],
    ['of a patient whose id leaves its key', { ...EVENTS[0], exam: { ...EXAM, patient: '../x' } }],
  ])('%s is refused', (_, event) => {
    expect(domainEventSchema.safeParse(event).success).toBe(false);
  });

  it('has a published schema that is the one checked', async () => {
    await expect(`${JSON.stringify(eventJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
      '../../docs/events.schema.json',
    );
  });
});

it('announces a screened exam under the id of its request, or another', () => {
  const waiting = registeredExam(EXAM, '2026-05-01T00:00:00.000Z');
  const record = screenedExam(waiting, 'refer-urgent', AT);
  if (record.result === null) throw new Error('Expected a result.');
  const event = { type: 'ExamScreened', id: 'request-1', at: AT, exam: EXAM, outcome: 'refer-urgent' };
  expect(screenedEvent(record, record.result)).toEqual(event);
  expect(screenedEvent(record, record.result, 'again')).toEqual({ ...event, id: 'again' });
});
