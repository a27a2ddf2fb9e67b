import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Configuration } from '../../core/programs/configuration.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { DEFAULT_SETTINGS, settingsKey } from '../../core/programs/program-settings.ts';
import { reconciled } from '../../core/reconciliation/testing/reconciled.ts';
import { verifyPresignedUpload } from '../../local/objects/presigned-upload.ts';
import { apiClient, OPERATOR } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { rateLimiting } from './rate-limit.ts';

const HOUR = 3_600;
const STEPS = [-15 * 24 * HOUR, -HOUR, -2, 2, HOUR, 15 * 24 * HOUR];

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
  await registerProgram(run.home.objects, 'north');
});
afterEach(async () => {
  vi.useRealTimers();
  await run[Symbol.asyncDispose]();
});

describe.each(STEPS)('a clock that is set by %i s', (step) => {
  it('lets a caller go on', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const app = new Hono<ApiEnvironment>();
    app.use(async (context, next) => {
      context.set('caller', OPERATOR);
      await next();
    });
    app.use(rateLimiting({ perSecond: 1_000, burst: 3 }));
    app.get('/', (context) => context.text('here'));
    expect((await app.request('/')).status).toBe(200);
    vi.setSystemTime(Date.now() + step * 1_000);
    expect((await app.request('/')).status).toBe(200);
  });

  it('makes no second webhook of a request that is sent again, and forgets the answer in its time', async () => {
    const send = () =>
      apiClient(run).post(
        '/v1/programs/north/webhooks',
        { url: 'https://example.org/one', events: ['JobFinished'] },
        { 'idempotency-key': 'k1' },
      );
    const first = await send();
    expect(first.status).toBe(201);
    run.setClock(step);
    expect((await send()).body).toEqual(first.body);
    const forgotten = async () => {
      const answersNow = () => run.home.clock.now();
      const stages = { only: ['remembered-answers'] } as const;
      const found = await reconciled(run.home, run.now(), { stages, answersNow });
      return found['answer-expired']?.done ?? 0;
    };
    run.pass(23 * HOUR);
    expect((await send()).body).toEqual(first.body);
    expect(await forgotten()).toBe(0);
    run.pass(3 * HOUR);
    expect(await forgotten()).toBe(1);
    expect((await send()).body).not.toEqual(first.body);
  });

  it('hides no change of settings for longer than moments', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] });
    const configuration = new Configuration(run.home.objects);
    const seconds = async () => (await configuration.settings('north')).pairingWindowSeconds;
    expect(await seconds()).toBe(DEFAULT_SETTINGS.pairingWindowSeconds);
    const changed = { ...DEFAULT_SETTINGS, pairingWindowSeconds: 77 };
    await run.home.objects.put(settingsKey('north'), Buffer.from(JSON.stringify(changed)));
    vi.setSystemTime(Date.now() + step * 1_000);
    expect(await seconds()).toBe(DEFAULT_SETTINGS.pairingWindowSeconds);
    vi.advanceTimersByTime(5_000);
    expect(await seconds()).toBe(77);
  });

  it('neither ends a permission to upload nor makes it last', async () => {
    const { objects, uploadSecret, clock } = run.home;
    const intent = { sha256: 'a'.repeat(64), bytes: 5, contentType: 'image/jpeg', metadata: {} };
    const upload = await objects.presignUpload('images/north/P1/1/left.jpg', {
      ...intent,
      expiresInSeconds: 60,
    });
    const request = { ...upload, headers: Object.entries(upload.headers) };
    run.setClock(step);
    run.pass(58);
    expect(verifyPresignedUpload(uploadSecret, request, clock.now())).toMatchObject({ bytes: 5 });
    run.pass(2);
    expect(() => verifyPresignedUpload(uploadSecret, request, clock.now())).toThrow(/ended/);
  });
});
