import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import { type DomainEvent, domainEventSchema, programOfEvent } from '../messages/domain-event.ts';
import { imageVersion, preparedFacts } from '../testing/records.ts';
import { eventJsonSchema } from './event-schema.ts';
import { imagePreparedEvent } from './image-prepared-event.ts';
import { screenedEvent } from './screened-event.ts';

const EXAM = { program: 'north', patient: 'P1', exam: '2026-05-01' };
const AT = '2026-05-01T12:00:00.000Z';

const EVENTS: readonly DomainEvent[] = [
  {
    ...{ type: 'ImagePrepared', id: 'i1', at: AT, exam: EXAM, laterality: 'left', gradable: false },
    ...{ image: 'images/north/P1/2026-05-01/left.jpg', reason: 'too-dark' },
  },
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
    ['with an outcome that no policy decides', { ...EVENTS[2], verdict: 'cured' }],
    ['of a job that did less than nothing', { ...EVENTS[3], done: -1 }],
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

it('announces a prepared photograph once for each version and contract, with the reason if it is unfit', () => {
  const image = imageVersion('right', 1);
  const quality = { gradable: false, reason: 'out-of-focus', measurements: {} } as const;
  const prepared = { ...preparedFacts('right'), pixelsSha256: null, quality };
  const now = new Date(AT);
  const event = imagePreparedEvent({ exam: EXAM, image, laterality: 'right', prepared }, now);
  expect(event).toEqual({
    ...{ type: 'ImagePrepared', id: expect.stringMatching(/^[0-9a-f]{32}$/), at: AT, exam: EXAM },
    ...{ image: image.key, laterality: 'right', gradable: false, reason: 'out-of-focus' },
  });
  const idOf = (change: Partial<Parameters<typeof imagePreparedEvent>[0]>) =>
    imagePreparedEvent({ exam: EXAM, image, laterality: 'right', prepared, ...change }, now).id;
  expect(idOf({})).toBe(event.id);
  expect(idOf({ image: imageVersion('right', 2) })).not.toBe(event.id);
  expect(idOf({ prepared: { ...prepared, contract: 'another' } })).not.toBe(event.id);
});

it('announces a screened exam under the id of its request, or another', () => {
  const waiting = registeredExam(EXAM, '2026-05-01T00:00:00.000Z');
  const record = screenedExam(waiting, 'refer-urgent', AT);
  if (record.result === null) throw new Error('Expected a result.');
  const event = { type: 'ExamScreened', id: 'request-1', at: AT, exam: EXAM, outcome: 'refer-urgent' };
  expect(screenedEvent(record, record.result)).toEqual(event);
  expect(screenedEvent(record, record.result, 'again')).toEqual({ ...event, id: 'again' });
});
