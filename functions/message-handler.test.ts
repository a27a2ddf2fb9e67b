import type { Context, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { OutgoingMessage, WorkQueue } from '../core/ports/index.ts';
import { createFinishJob } from './finish-job/finish-job.ts';
import { messageHandler } from './message-handler.ts';
import { createPlanJob } from './plan-job/plan-job.ts';

function untouched(what: string): never {
  throw new Error(`${what} was touched`);
}

/** A home that no message may reach that can never be read. */
const home = new Proxy({} as never, { get: (_, name) => untouched(`home.${String(name)}`) });

async function handled(handle: (body: string, deliveries: number) => Promise<void>, body: string) {
  const buried: OutgoingMessage[] = [];
  const deadLetters = { send: async (messages: OutgoingMessage[]) => void buried.push(...messages) };
  const log = { addContext: () => undefined, warn: () => undefined, error: () => undefined };
  const handler = messageHandler(handle, log as never, {
    source: 'job-starts',
    deadLetters: deadLetters as unknown as WorkQueue,
  });
  const attributes = { ApproximateReceiveCount: '1' };
  const event = { Records: [{ messageId: 'm1', body, attributes }] } as unknown as SQSEvent;
  const { batchItemFailures } = await handler(event, {} as Context);
  return { buried, again: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const planJob = createPlanJob({
  home,
  configuration: home,
  log,
  later: async () => undefined,
  start: async () => untouched('start'),
  follow: async () => untouched('follow'),
});
const finishJob = createFinishJob({ home, log });
const badKey = { eventName: 'ObjectCreated:Put', s3: { object: { key: 'job-records/north/%[1/job.json' } } };

describe('a message about jobs that can never be read', () => {
  it.each([
    ['a start that is no JSON', planJob, '{"Records":[', /JSON/],
    ['a start of a schema of another time', planJob, '{"schema":"schedule-due/9"}', /schedule-due\/1/],
    ['a start by a number', planJob, '7', /schedule/],
    [
      'a schedule that is due at no instant',
      planJob,
      '{"schema":"schedule-due/1","program":"p","schedule":"s","at":"soon"}',
      /at/,
    ],
    ['a new job whose key is badly encoded', planJob, JSON.stringify({ Records: [badKey] }), /badly encoded/],
    ['records that are no list', planJob, '{"Records":7}', /Records/],
    ['an end that is no JSON', finishJob, 'SUCCEEDED', /JSON/],
    [
      'an end of a job that is not ours',
      finishJob,
      '{"detail":{"status":"FAILED","parameters":{}}}',
      /program/,
    ],
    [
      'an end of no known status',
      finishJob,
      '{"detail":{"status":"RUNNING","parameters":{"program":"p","job":"1"}}}',
      /status/,
    ],
  ])('goes to the dead letters at once, with its reason: %s', async (_, handle, body, reason) => {
    const { buried, again } = await handled(handle, body);
    expect(again).toEqual([]);
    expect(buried).toMatchObject([{ body, attributes: { source: 'job-starts' } }]);
    expect(buried[0]?.attributes?.reason).toMatch(reason);
    expect(buried[0]?.attributes?.remedy).toContain('retclip redrive job-starts --program');
  });

  it('is no message that met a fault: it is delivered again', async () => {
    const good = { ...badKey, s3: { object: { key: 'job-records/north/1.json' } } };
    const { buried, again } = await handled(planJob, JSON.stringify({ Records: [good] }));
    expect([buried, again]).toEqual([[], ['m1']]);
  });
});
