import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { reconciling } from './reconciling.ts';

/** Waits until it is so, as long as it takes. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(5);
}

it('reconciles when a host starts, though it was done a moment ago, and then when it is due, with a line in the log', async () => {
  await using run = await FunctionRun.open();
  const lines: { message: string; stage?: unknown; found?: unknown }[] = [];
  const note = (message: string, fields: object) => void lines.push({ message, ...fields });
  const log = { info: note, warn: note, error: note };
  const counters = { add: () => undefined };
  const parts = {
    ...{ home: run.home, log, counters, now: () => new Date(run.now()), pauseMilliseconds: 5 },
    answersNow: () => run.home.clock.now(),
  };
  const rounds = () => lines.filter(({ stage }) => stage === 'images').length;
  const first = reconciling(parts);
  // The last stage: a run that is cut short would go on where it was.
  await until(() => lines.some(({ stage }) => stage === 'contents'));
  await first.stop();
  expect(rounds()).toBe(1);

  await run.upload('left', 'lost');
  const messages = await run.receive('intake');
  await run.home.queues.intake.queue.delete(messages.map(({ receipt }) => receipt));
  run.pass(2 * 3_600);
  const second = reconciling(parts);
  await until(() => rounds() === 2);
  expect(
    lines.find(({ stage, found }) => stage === 'images' && Object.keys(found as object).length > 0),
  ).toMatchObject({
    message: 'Reconciled',
    found: { 'image-unannounced': 1 },
  });
  run.pass(23 * 3_600);
  await delay(50);
  expect(rounds()).toBe(2);
  run.pass(2 * 3_600);
  await until(() => rounds() === 3);
  await second.stop();
  expect(lines.filter(({ stage }) => stage === 'feature-rows')).toHaveLength(1);
});
