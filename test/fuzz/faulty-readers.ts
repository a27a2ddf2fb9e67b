import { setFlagsFromString } from 'node:v8';
import { InvalidInputError } from '../../core/errors.ts';
import { mutateBytes } from './mutate-bytes.ts';
import type { Reader } from './reader.ts';

/** Readers with a fault each, which the harness must find. */
const faulty = (name: string, read: (input: Buffer) => unknown): Reader => ({
  name,
  seeds: async () => [Buffer.from('good')],
  mutate: mutateBytes,
  read: async (input) => {
    if (!input.equals(Buffer.from('good'))) await read(input);
  },
  refusals: [InvalidInputError],
});

export const readers: readonly Reader[] = [
  faulty('sound', () => {
    throw new InvalidInputError('Refused.');
  }),
  faulty('untyped', () => {
    throw new TypeError('Cannot read properties of undefined');
  }),
  faulty('slow', () => {
    const began = process.cpuUsage();
    while (process.cpuUsage(began).user < 1_100_000) JSON.parse('[1]');
  }),
  faulty('greedy', () => Buffer.alloc(400 * 1024 * 1024, 1)),
  faulty('exhausting', () => {
    setFlagsFromString('--max-old-space-size=32');
    const kept: unknown[] = [];
    for (;;) kept.push(new Map([[kept.length, 'x'.repeat(1_000)]]));
  }),
  faulty('crashing', () => process.abort()),
];
