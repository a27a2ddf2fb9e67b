import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DomainEvent, EVENT_TYPES } from '../../core/messages/domain-event.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { EXAM } from '../../core/testing/records.ts';
import { DELIVERY_ATTEMPTS } from '../../core/webhooks/webhook-delivery.ts';
import { addEndpoint, readEndpoints, type WebhookEndpoint } from '../../core/webhooks/webhook-endpoints.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { createDeliverWebhooks } from './deliver-webhooks.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** The clock of `FunctionRun` begins then. */
const START = Date.parse('2026-05-01T08:00:00Z');

let run: FunctionRun;
let receiver: Server;
let url: string;
let received: Received[];
/** What the receiver answers next; 204 when it is empty. */
let answers: number[];
let passed: number;

beforeEach(async () => {
  run = await FunctionRun.open();
  received = [];
  answers = [];
  passed = 0;
  receiver = createServer(async (request, response) => {
    received.push({ path: request.url ?? '', headers: request.headers, body: await text(request) });
    const status = answers.shift() ?? 204;
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterEach(async () => {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await run[Symbol.asyncDispose]();
});

function screened(id: string): DomainEvent {
  return { type: 'ExamScreened', id, at: '2026-05-01T12:00:00.000Z', exam: EXAM, outcome: 'refer' };
}

function add(path = '/', events?: WebhookEndpoint['events']): Promise<WebhookEndpoint> {
  return addEndpoint(run.home.objects, 'north', { url: url + path, events }, new Date(START));
}

function now(): Date {
  return new Date(START + passed * 1_000);
}

/** Works on the queue until it is empty or the time is over. @returns the times of deliveries, in seconds */
async function work(
  events: readonly DomainEvent[],
  options: { allowPrivate?: boolean; hours?: number } = {},
) {
  const { allowPrivate = true, hours = 12 } = options;
  const { queue } = run.home.queues.webhooks;
  await queue.send(events.map((event) => ({ body: JSON.stringify(event) })));
  const consume = createDeliverWebhooks({
    home: run.home,
    configuration: new Configuration(run.home.objects, () => now().getTime()),
    log: SILENT,
    counters: { add: (name, count) => void run.counts.set(name, (run.counts.get(name) ?? 0) + count) },
    now,
    allowPrivate,
  });
  const times: number[] = [];
  for (;;) {
    const messages = await run.receive('webhooks');
    const before = received.length;
    if (messages.length > 0) {
      await consume(queueEventOf(messages, 'webhooks'));
      await queue.delete(messages.map(({ receipt }) => receipt));
    }
    for (let count = before; count < received.length; count += 1) times.push(passed);
    const { visible, delayed } = await queue.depth();
    if ((visible === 0 && delayed === 0) || passed > hours * 3_600) return times;
    if (visible === 0) {
      run.pass(5);
      passed += 5;
    }
  }
}

/** What a receiver makes of a message with the library of Standard Webhooks, at the time of the test's clock. */
function verified(secret: string, message: Received | undefined, change = (body: string) => body): unknown {
  vi.useFakeTimers({ now: now(), toFake: ['Date'] });
  try {
    const headers = message?.headers as Record<string, string>;
    return new Webhook(secret).verify(change(message?.body ?? ''), headers);
  } finally {
    vi.useRealTimers();
  }
}

describe('a webhook', () => {
  it('carries the event, signed so that the receiver can tell it from a forgery', async () => {
    const { secret } = await add('/hook');
    await work([screened('r1')]);
    const [message] = received;
    expect(received).toHaveLength(1);
    expect(message?.path).toBe('/hook');
    const payload = verified(secret, message);
    expect(payload).toEqual({
      type: 'ExamScreened',
      timestamp: '2026-05-01T12:00:00.000Z',
      data: { id: 'r1', exam: EXAM, outcome: 'refer' },
    });
    expect(message?.headers['webhook-id']).toBe('ExamScreened.r1');
    expect(() => verified(secret, message, (body) => body.replace('refer', 'recall'))).toThrow(/signature/i);
    expect(() => verified(Buffer.from('another secret').toString('base64'), message)).toThrow(/signature/i);
  });

  it('tells when it was sent, so that an old one cannot be replayed', async () => {
    const { secret } = await add();
    await work([screened('r1')]);
    const headers = received[0]?.headers as Record<string, string>;
    expect(Number(headers['webhook-timestamp'])).toBe(START / 1_000);
    // The clock of the test is months away from the receiver's: the library refuses it as too old or too new.
    expect(() => new Webhook(secret).verify(received[0]?.body ?? '', headers)).toThrow(/timestamp/i);
  });

  it('is sent again, later and later, under the same id, until it is taken', async () => {
    answers = [500, 0, 429, 503];
    await add();
    const times = await work([screened('r1')]);
    expect(times).toEqual([0, 5, 35, 155, 455]);
    expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set(['ExamScreened.r1']),
    );
    expect(run.counts.get('WebhookFailed')).toBe(4);
    expect(run.counts.get('WebhookDelivered')).toBe(1);
  });

  it('that is never taken ends in the dead letters with the reason, after hours', async () => {
    answers = Array.from({ length: 100 }, () => 500);
    await add();
    const times = await work([screened('r1')]);
    expect(times).toHaveLength(DELIVERY_ATTEMPTS);
    expect((times.at(-1) ?? 0) / 3_600).toBeGreaterThan(5);
    const [letter] = await run.deadLetters('webhooks');
    expect(letter?.attributes).toMatchObject({
      reason: expect.stringMatching(/status 500/),
      exam: 'north/P1/2026-05-01',
    });
  });

  it('whose receiver says that it is gone is not sent again', async () => {
    answers = [410];
    await add();
    expect(await work([screened('r1')])).toEqual([0]);
    expect(await run.deadLetters('webhooks')).toHaveLength(1);
  });

  it('does not follow a redirect', async () => {
    answers = [302];
    await add('/here');
    await work([screened('r1')]);
    expect(received.map(({ path }) => path)).toEqual(['/here', '/here']);
  });

  it('of one endpoint is not held up by another that is down', async () => {
    await add('/up');
    const down = await add('/down');
    answers = [];
    const { port } = receiver.address() as AddressInfo;
    const unreachable = { ...down, url: `http://127.0.0.1:${port === 1 ? 2 : 1}/` };
    const endpoints = await readEndpoints(run.home.objects, 'north');
    const content = { schema: 'webhooks/1', endpoints: [...endpoints.slice(0, 1), unreachable] };
    await run.home.objects.put('programs/north/webhooks.json', Buffer.from(JSON.stringify(content)));
    await work([screened('r1'), screened('r2')], { hours: 0.1 });
    expect(received.map(({ headers }) => headers['webhook-id']).sort()).toEqual([
      'ExamScreened.r1',
      'ExamScreened.r2',
    ]);
  });

  it('is sent of events that are asked for only, and of none from before it was', async () => {
    await add('/jobs', ['JobFinished']);
    const job: DomainEvent = {
      ...{ type: 'JobFinished', id: 'j1', at: '2026-05-01T12:00:00.000Z', program: 'north', job: 'j1' },
      ...{ mode: 'rescore', state: 'finished', planned: 1, done: 1, skipped: 0, failed: 0 },
    };
    const earlier = { ...job, id: 'j0', at: '2026-04-30T12:00:00.000Z' };
    await work([screened('r1'), job, earlier, { ...job, id: 'j2', program: 'south' }]);
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(['JobFinished.j1']);
  });

  it('to an address that is not public is not sent, and not tried again', async () => {
    await add();
    await work([screened('r1')], { allowPrivate: false });
    expect(received).toEqual([]);
    const [letter] = await run.deadLetters('webhooks');
    expect(letter?.attributes.reason).toMatch(/https/);
  });

  it('to a name that resolves to this machine is not sent', async () => {
    const endpoint = await add();
    const { port } = receiver.address() as AddressInfo;
    // Resolved by the system, to a loopback address; https only gets as far as the name.
    const named = { ...endpoint, url: `https://localhost.localdomain:${port}/` };
    const content = { schema: 'webhooks/1', endpoints: [named] };
    await run.home.objects.put('programs/north/webhooks.json', Buffer.from(JSON.stringify(content)));
    await work([screened('r1')], { allowPrivate: false, hours: 0.01 });
    expect(received).toEqual([]);
    expect(run.counts.get('WebhookDelivered')).toBeUndefined();
  });
});

describe('the API of webhooks', () => {
  const path = '/v1/programs/north/webhooks';

  beforeEach(() => registerProgram(run.home.objects, 'north'));

  it('shows the secret once, lists without it, and forgets what is removed', async () => {
    const api = apiClient(run);
    const added = await api.post(path, { url: 'https://example.org/hook' });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ events: [...EVENT_TYPES], secret: expect.stringMatching(/^whsec_/) });
    const { body } = await api.get(path);
    expect(body.items).toHaveLength(1);
    expect(JSON.stringify(body)).not.toContain(added.body.secret);
    await registerProgram(run.home.objects, 'south');
    expect((await api.get('/v1/programs/south/webhooks')).body.items).toEqual([]);
  });

  it.each([
    ['on this machine', { url: 'https://127.0.0.1/' }],
    ['without encryption', { url: 'http://example.org/' }],
    ['that is no URL', { url: 'hook' }],
    ['of no known event', { url: 'https://example.org/', events: ['ExamForgotten'] }],
  ])('refuses a receiver %s', async (_, body) => {
    expect((await apiClient(run).post(path, body)).status).toBe(400);
  });

  it('loses none of two that are added at once', async () => {
    const api = apiClient(run);
    const urls = ['https://example.org/1', 'https://example.org/2', 'https://example.org/3'];
    await Promise.all(urls.map((each) => api.post(path, { url: each })));
    const { body } = await api.get(path);
    expect(body.items.map((item: { url: string }) => item.url).sort()).toEqual(urls);
  });
});
