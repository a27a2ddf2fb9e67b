import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { readQueueMessage, schemaOf, UnexpectedMessageError } from './queue-message.ts';

const EXAM = { program: 'north', patient: 'P1', exam: '1' };
const CHECK = { schema: 'exam-check/1', reason: 'pairing-window', exam: EXAM };
const EVENT = {
  ...{ type: 'ExamScreened', id: 'r1', at: '2026-05-01T12:00:00.000Z' },
  ...{ exam: EXAM, outcome: 'refer' },
};
const DELIVERY = { schema: 'webhook-delivery/1', endpoint: 'e1', event: EVENT, attempt: 1 };
const SHARD = { schema: 'shard-rescored/1', program: 'north', job: 'j1', shard: 3 };
const DUE = { schema: 'schedule-due/1', program: 'north', schedule: 's1', at: '2026-05-01T12:00:00+02:00' };
const RENDER = {
  schema: 'render-image/1',
  image: { key: 'images/north/P1/1/left.jpg', versionId: null },
  sha256: 'a'.repeat(64),
};
const object = { key: 'images/north/P+1/1/left.jpg', versionId: 'v1', sequencer: '0A' };
const NOTIFICATION = { Records: [{ eventName: 'ObjectCreated:Put', s3: { object } }] };
const ENDED = { detail: { status: 'FAILED', parameters: { program: 'north', job: 'j1' } } };

const read = (content: unknown) => readQueueMessage(JSON.stringify(content));

describe('a message of any queue', () => {
  it.each([
    ['exam-check/1', CHECK, CHECK],
    ['webhook-delivery/1', DELIVERY, DELIVERY],
    ['shard-rescored/1', SHARD, SHARD],
    ['schedule-due/1', DUE, DUE],
    ['render-image/1', RENDER, RENDER],
    ['domain-event', EVENT, { schema: 'domain-event', event: EVENT }],
    [
      'object-created',
      NOTIFICATION,
      {
        schema: 'object-created',
        objects: [{ key: 'images/north/P 1/1/left.jpg', versionId: 'v1', sequencer: '0A' }],
        unreadable: [],
      },
    ],
    ['object-created', { Event: 's3:TestEvent' }, { schema: 'object-created', objects: [], unreadable: [] }],
    ['batch-job-ended', ENDED, { schema: 'batch-job-ended', ...ENDED }],
  ])('is read as %s', (schema, content, message) => {
    expect(schemaOf(content)).toBe(schema);
    expect(read(content)).toEqual(message);
  });

  it.each([
    ['a field that does not fit', { ...CHECK, reason: 'because' }, /does not fit its schema.*→ at reason/s],
    ['a delivery of nothing', { ...DELIVERY, event: {} }, /does not fit its schema.*→ at event/s],
    ['a shard without its number', { ...SHARD, shard: undefined }, /does not fit its schema.*→ at shard/s],
    ['an event of no exam', { ...EVENT, exam: null }, /does not fit its schema.*→ at exam/s],
    ['another time', { ...CHECK, schema: 'exam-check/9' }, /exam-check\/1.* but received .*exam-check\/9/],
    ['no object', 7, /Expected an object that is a notification, .* but received "7"/],
  ])('is refused for %s', (_, content, text) => {
    expect(() => read(content)).toThrow(InvalidInputError);
    expect(() => read(content)).toThrow(text);
  });

  it('of no known form is told by its first 80 characters, beside the forms that there are', () => {
    const told = `{"schema":"${'x'.repeat(69)}`;
    expect(() => read({ schema: 'x'.repeat(90) })).toThrow(`but received ${JSON.stringify(told)}.`);
    expect(() => read({ schema: 'x' })).toThrow(
      'with schema screening-request/1, screening-request/2, screening-result/1, screening-result/2, exam-check/1, ',
    );
  });

  it('is refused where it is not JSON', () => {
    expect(() => readQueueMessage('{')).toThrow('Expected a JSON message but received "{".');
  });

  it('has no form that an object of JavaScript brings along', () => {
    expect(schemaOf({ schema: 'constructor' })).toBeUndefined();
    expect(schemaOf({ type: 'ExamForgotten' })).toBeUndefined();
    expect(schemaOf(null)).toBeUndefined();
  });
});

it('says where a message of another queue came to', () => {
  expect(new UnexpectedMessageError('intake', 'shard-rescored/1').message).toBe(
    'A message with schema "shard-rescored/1" came to intake, which does not take it.',
  );
});
