import { expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { examCheckSchema } from './exam-check.ts';
import { parseMessage } from './parse-message.ts';
import { QUEUE_NAMES, QUEUE_SETTINGS } from './queues.ts';

const CHECK = {
  ...{ schema: 'exam-check/1', reason: 'pairing-window' },
  exam: { program: 'north', patient: 'P1', exam: '1' },
};

it('reads a message that fits its schema', () => {
  expect(parseMessage(examCheckSchema, JSON.stringify(CHECK))).toEqual(CHECK);
});

it('says which field of a message is wrong, or that it is not JSON, cut short', () => {
  const read = (body: string) => () => parseMessage(examCheckSchema, body);
  expect(read(JSON.stringify({ ...CHECK, reason: 'because' }))).toThrow(InvalidInputError);
  expect(read(JSON.stringify({ ...CHECK, reason: 'because' }))).toThrow(/does not fit its schema.*reason/s);
  expect(read('x'.repeat(90))).toThrow(InvalidInputError);
  expect(read('x'.repeat(90))).toThrow(`Expected a JSON message but received "${'x'.repeat(80)}".`);
});

it('keeps messages as long as SQS can, and lends them for as long as their work takes', () => {
  const fourteenDays = 1_209_600;
  expect(QUEUE_NAMES.map((name) => [name, ...Object.values(QUEUE_SETTINGS[name])])).toEqual([
    // Six times as long as a call of preparation may take.
    ['preparation', 720, 10, fourteenDays],
    ['bulk-preparation', 720, 10, fourteenDays],
    ['intake', 60, 10, fourteenDays],
    // As often as SQS can count: a worker counts the crashes of each request itself.
    ['screening', 60, 1_000, fourteenDays],
    ['live-screening', 360, 1_000, fourteenDays],
    ['results', 180, 10, fourteenDays],
    ['indexing', 180, 10, fourteenDays],
    ['webhooks', 180, 10, fourteenDays],
  ]);
});
