import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TaskProtection } from './task-protection.ts';

const MINUTE = 60_000;

let asked: string[];
let answer: (enabled: boolean) => { status: number; body: unknown };
let endpoint: string;
let close: () => Promise<void>;
let warnings: unknown[];
let now: number;
let protection: TaskProtection;

const granted = (enabled: boolean) => ({ status: 200, body: { protection: { ProtectionEnabled: enabled } } });

beforeEach(async () => {
  [asked, warnings, now, answer] = [[], [], 0, granted];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    asked.push(`${request.method} ${request.url} ${body}`);
    const { status, body: said } = answer(JSON.parse(body).ProtectionEnabled);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/task`;
  close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const log = {
    info: () => undefined,
    warn: (...said: unknown[]) => warnings.push(said),
    error: () => undefined,
  };
  protection = new TaskProtection({ agent: endpoint, log, now: () => now });
});
afterEach(() => close());

const ON = 'PUT /api/task/task-protection/v1/state {"ProtectionEnabled":true,"ExpiresInMinutes":10}';
const OFF = 'PUT /api/task/task-protection/v1/state {"ProtectionEnabled":false}';

/** What is asked while so many exams are in hand, at each of some minutes. */
async function play(steps: readonly (readonly [minute: number, inHand: number])[]): Promise<string[]> {
  const made: string[] = [];
  for (const [minute, inHand] of steps) {
    now = minute * MINUTE;
    const before = asked.length;
    await protection.update(inHand);
    made.push(
      ...asked.slice(before).map((call) => `${minute} ${call === ON ? 'on' : call === OFF ? 'off' : call}`),
    );
  }
  return made;
}

describe('protection of the task of a GPU worker', () => {
  it('is asked for once when exams come to hand, and given up once none is', async () => {
    const made = await play([
      [0, 0],
      [1, 3],
      [2, 16],
      [5, 1],
      [6, 0],
      [7, 0],
      [8, 2],
    ]);
    expect(made).toEqual(['1 on', '6 off', '8 on']);
    expect(asked).toEqual([ON, OFF, ON]);
  });

  it('leaves a minute in every eleven in which ECS may stop a worker that is never idle', async () => {
    const made = await play(Array.from({ length: 30 }, (_, minute) => [minute, 5] as const));
    expect(made).toEqual(['0 on', '11 on', '22 on']);
  });

  it('is not given up again where it has run out by itself', async () => {
    expect(
      await play([
        [0, 1],
        [10, 0],
      ]),
    ).toEqual(['0 on']);
  });

  it.each([
    ['a failure', { status: 200, body: { failure: { Reason: 'DEPLOYMENT_BLOCKED' } } }, 'DEPLOYMENT_BLOCKED'],
    [
      'an error',
      { status: 400, body: { error: { Code: 'AccessDenied', Message: 'not allowed' } } },
      'not allowed',
    ],
    ['what it is not to say', { status: 500, body: 'broken' }, 'expected object'],
  ])(
    'that is refused by %s is logged, stops nothing and is asked for a minute later',
    async (_, refusal, reason) => {
      answer = () => refusal;
      expect(
        await play([
          [0, 1],
          [0.5, 1],
        ]),
      ).toEqual(['0 on']);
      expect(JSON.stringify(warnings)).toContain(reason);
      answer = granted;
      expect(
        await play([
          [1, 1],
          [2, 0],
        ]),
      ).toEqual(['1 on', '2 off']);
    },
  );

  it('that cannot be asked for stops nothing', async () => {
    await close();
    await protection.update(1);
    expect(warnings).toHaveLength(1);
    close = async () => undefined;
  });

  it('is asked of nobody where there is no agent', async () => {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    await new TaskProtection({ agent: undefined, log }).update(1);
    expect(asked).toEqual([]);
  });
});
