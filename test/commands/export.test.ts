import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../functions/api/app.ts';
import { tokenCaller } from '../../functions/api/token-caller.ts';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { type LoopbackServer, serveOnLoopback } from '../../local/host/loopback-server.ts';
import { registeredExam, screenedExam } from '../conformance/exam-records.ts';
import { MAIN, retclip } from '../system/retclip.ts';

/** One batch and a half. */
const EXAMS = 3_000;
const DRAWN = ['recall', 'ungradable', 'refer', 'refer-urgent'] as const;
const TOKEN = 'token-of-the-test';
let folder: string;
let run: FunctionRun;
let server: LoopbackServer;
/** Pages that the API still answers; further ones wait until it is raised. */
let answered = Number.POSITIVE_INFINITY;

async function fillTable(): Promise<void> {
  const records = Array.from({ length: EXAMS }, (_, index) => {
    const at = new Date(Date.UTC(2026, 4, 1) + index * 1_000).toISOString();
    const key = { program: 'north', patient: `P${index}`, exam: '2026-05-01' };
    return screenedExam(registeredExam(key, at), DRAWN[index % DRAWN.length] ?? 'recall', at);
  });
  for (let from = 0; from < EXAMS; from += 500) {
    await Promise.all(records.slice(from, from + 500).map((record) => run.home.exams.save(record)));
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retclip-export-'));
  run = await FunctionRun.open();
  await fillTable();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const api = createApi({ home: run.home, authenticate: tokenCaller(TOKEN), log });
  const fetch = async (request: Request) => {
    const isPage = request.url.includes('/results');
    while (isPage && answered <= 0) await delay(20);
    if (isPage) answered -= 1;
    return api.fetch(request);
  };
  server = await serveOnLoopback({ fetch }, 0);
});
afterAll(async () => {
  await server.stop();
  await run[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function environment(): NodeJS.ProcessEnv {
  return { RETCLIP_ENDPOINT: server.url, RETCLIP_TOKEN: TOKEN };
}

function exportTo(out: string, ...words: readonly string[]) {
  const line = ['export', '--program', 'north', '--out', join(folder, out), '--json', ...words];
  return retclip(line, environment());
}

/** Starts an export, waits for its first checkpoint and ends it by a signal. */
async function interruptedExport(out: string, signal: NodeJS.Signals) {
  answered = 4;
  const line = ['export', '--program', 'north', '--format', 'csv', '--out', join(folder, out)];
  const child = spawn(process.execPath, [MAIN, ...line], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment() },
  });
  let told = '';
  child.stderr.on('data', (part: Buffer) => {
    told += part.toString();
  });
  const ended = once(child, 'close');
  while (!(await readdir(folder)).includes(`${out}.checkpoint`)) await delay(20);
  child.kill(signal);
  answered = Number.POSITIVE_INFINITY;
  const [code] = await ended;
  return { code, told };
}

describe('retclip export', () => {
  it.each(['csv', 'parquet', 'fhir'])('writes every exam as %s and tells what it wrote', async (format) => {
    const { code, stdout, stderr } = await exportTo(`exams.${format}`, '--format', format);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const { length } = await readFile(join(folder, `exams.${format}`));
    expect(JSON.parse(stdout)).toEqual({
      ...{ program: 'north', format, out: join(folder, `exams.${format}`) },
      ...{ exams: EXAMS, rows: EXAMS, bytes: length, resumedAt: 0 },
    });
  });

  it.each(['SIGKILL', 'SIGINT'] as const)('ended by %s goes on by the same line', async (signal) => {
    const out = `${signal}.csv`;
    const { code, told } = await interruptedExport(out, signal);
    expect(code).toBe(signal === 'SIGKILL' ? null : 3);
    if (signal === 'SIGINT') expect(told).toContain('The same line again goes on');
    const { stdout } = await exportTo(out, '--format', 'csv');
    expect(JSON.parse(stdout)).toMatchObject({ exams: EXAMS });
    expect(JSON.parse(stdout).resumedAt).toBeGreaterThanOrEqual(2_000);
    const whole = await readFile(join(folder, 'exams.csv'));
    expect((await readFile(join(folder, out))).equals(whole)).toBe(true);
  });

  it('exports a slice', async () => {
    await exportTo('slice.csv', '--format', 'csv', '--outcome', 'refer', '--since', '2026-05-01T00:30:00Z');
    const rows = parse(await readFile(join(folder, 'slice.csv')), { columns: true }) as {
      outcome: string;
      screened_at: string;
    }[];
    expect(rows).toHaveLength(300);
    expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['refer']));
    expect(rows[0]?.screened_at).toBe('2026-05-01T00:30:02.000Z');
  });

  it.each([
    ['probabilities without a label', ['--format', 'csv', '--min', '0.5'], 2, /--label/],
    [
      'a folder that is not there',
      ['--format', 'csv', '--out', '/nowhere/x.csv'],
      2,
      /nowhere" is not there/,
    ],
    ['a program that is not there', ['--format', 'csv', '--program', 'south'], 2, /no program "south"/],
  ] as const)('refuses %s with its exit code', async (_, words, code, message) => {
    const finished = await exportTo('refused.csv', ...words);
    expect(finished.code).toBe(code);
    expect(finished.stderr).toMatch(message);
    expect((await readdir(folder)).filter((name) => name.startsWith('refused'))).toEqual([]);
  });
});
