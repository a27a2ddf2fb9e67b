import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerProgram } from '../../core/programs/program-register.ts';
import { apiClient } from '../../functions/testing/api-client.ts';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { FormerRelease } from './former-release.ts';

/** And how many forms each has at least. */
const RELEASES = [
  ['0.1.0', 61],
  ['after-0.1.0', 15],
] as const;

describe.each(RELEASES)('every form of release %s', (name, least) => {
  it('is named by a test', async () => {
    const folder = fileURLToPath(new URL('.', import.meta.url));
    const tests = (await readdir(folder)).filter((file) => file.endsWith('.test.ts'));
    const sources = await Promise.all(tests.map((file) => readFile(`${folder}${file}`, 'utf8')));
    const forms = await new FormerRelease(name).forms();
    expect(forms.length).toBeGreaterThanOrEqual(least);
    expect(forms.filter((form) => !sources.some((source) => source.includes(form)))).toEqual([]);
  });
});

describe('an answer that release 0.1.0 remembered', () => {
  let run: FunctionRun;
  beforeAll(async () => {
    run = await FunctionRun.open();
  });
  afterAll(() => run[Symbol.asyncDispose]());

  it('is given again', async () => {
    const form = await new FormerRelease('0.1.0').json('answered-request.json');
    const sha256 = createHash('sha256').update('operator\nfirst-webhook').digest('hex');
    const remembered = { ...form, at: run.now() - 3_600_000 };
    await run.home.objects.put(`requests/north/${sha256}.json`, Buffer.from(JSON.stringify(remembered)));
    await registerProgram(run.home.objects, 'north');
    const { post } = apiClient(run);
    const webhook = { url: 'http://127.0.0.1:9/hook', events: ['JobFinished'] };
    const again = { 'idempotency-key': 'first-webhook' };
    const answer = await post('/v1/programs/north/webhooks', webhook, again);
    expect(answer.headers.get('idempotency-replayed')).toBe('true');
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(JSON.parse(form.answer.body));
    const other = await post('/v1/programs/north/webhooks', { ...webhook, events: ['ExamScreened'] }, again);
    expect(other.status).toBe(422);
  });
});
