import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXAM } from '../core/testing/records.ts';
import { UnverifiedPrecisionError } from '../model/errors.ts';
import { generatePatient } from '../phantoms/index.ts';
import { WorkerRun } from './testing/worker-run.ts';

let run: WorkerRun;
beforeEach(async () => {
  run = await WorkerRun.open();
});
afterEach(() => run[Symbol.asyncDispose]());

describe('a worker that is told a precision which its bundle does not offer', () => {
  it('does not start, and says why and what can be done', async () => {
    const starting = run.start({ RETCLIP_PRECISION: 'int8' });
    await expect(starting).rejects.toThrow(UnverifiedPrecisionError);
    await expect(starting).rejects.toThrow(
      /does not offer int8: \d+ of \d+ patients .*RETCLIP_ACCEPT_UNVERIFIED/,
    );
  });

  it('screens where that is accepted, and every result says so', async () => {
    const { left, right } = await generatePatient({ seed: 'unverified', index: 1, size: 320 });
    if (left === null || right === null) throw new Error('Expected both eyes.');
    await run.request(EXAM, { left: left.jpeg, right: right.jpeg });
    const environment = { RETCLIP_PRECISION: 'int8', RETCLIP_ACCEPT_UNVERIFIED: 'true' };
    const [result] = await run.screen(1, environment);
    expect(result?.output.flags).toContain('unverified-precision');
    expect(result?.output.runtime.precision).toBe('int8');
    expect(run.lines.find((line) => line.includes('not verified'))).toContain('"precision":"int8"');
  });

  it('offers fp32 alone to those who add heads', () => {
    expect(run.model.precisions).toEqual(['fp32']);
  });
});
