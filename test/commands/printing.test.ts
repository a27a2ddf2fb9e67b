import { execFile } from 'node:child_process';
import { lstat, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../functions/api/app.ts';
import { tokenCaller } from '../../functions/api/token-caller.ts';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { type LoopbackServer, serveOnLoopback } from '../../local/host/loopback-server.ts';
import { registeredExam, screenedExam } from '../conformance/exam-records.ts';
import { MAIN, retclip } from '../system/retclip.ts';

const TOKEN = 'token-of-the-test';
/** Names that a spreadsheet takes for numbers, one in wide letters, one that is long; each with its outcome. */
const PATIENTS = [
  ['0012', 'refer'],
  ['1E5', 'refer-urgent'],
  ['患者甲乙丙丁戊己庚辛壬癸', 'refer'],
  ['f'.repeat(64), 'recall'],
] as const;
let folder: string;
let run: FunctionRun;
let server: LoopbackServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retclip-printing-'));
  run = await FunctionRun.open();
  for (const [index, [patient, outcome]] of PATIENTS.entries()) {
    const at = new Date(Date.UTC(2026, 4, 1, 8, index)).toISOString();
    const key = { program: 'north', patient, exam: '2026-05-01' };
    await run.home.exams.save(screenedExam(registeredExam(key, at), outcome, at));
  }
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const api = createApi({ home: run.home, authenticate: tokenCaller(TOKEN), log });
  server = await serveOnLoopback({ fetch: async (request) => api.fetch(request) }, 0);
});
afterAll(async () => {
  await server.stop();
  await run[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function printed(words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const endpoint = { RETCLIP_ENDPOINT: server.url, RETCLIP_TOKEN: TOKEN };
  const [verb = '', ...options] = words;
  return retclip([verb, '--program', 'north', ...options], { ...endpoint, ...environment });
}

describe.each(['results', 'worklist'])('the table of retclip %s', (verb) => {
  it('has no colour codes in a pipe, on a build server neither', async () => {
    const { code, stdout } = await printed([verb], { NO_COLOR: undefined, CI: 'true' });
    expect(code).toBe(0);
    expect(stdout).toContain('0012');
    expect(stdout).not.toContain('\u001B');
  });

  it('has them where they are asked for', async () => {
    const { stdout } = await printed([verb], { NO_COLOR: undefined, FORCE_COLOR: '1' });
    expect(stdout).toContain('\u001B[1m');
  });

  it.each([80, 100, 120])('is no wider than %s columns', async (columns) => {
    const { stdout } = await printed([verb], { COLUMNS: String(columns) });
    for (const line of stdout.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
  });

  it('sets a positive beside its threshold, and ends after so many as are wanted', async () => {
    const { stdout } = await printed([verb, '--limit', '1'], { COLUMNS: '200' });
    const findings = stdout.split('\n').filter((line) => line.includes('diabetic-retinopathy'));
    expect(findings).toEqual([expect.stringContaining('diabetic-retinopathy: patient 0.83 ≥ 0.40')]);
  });
});

describe('retclip results', () => {
  it('counts no further than --limit in any format', async () => {
    const json = await printed(['results', '--json', '--limit', '2']);
    expect(
      json.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).patient),
    ).toEqual(['f'.repeat(64), '患者甲乙丙丁戊己庚辛壬癸']);
    expect((await printed(['results', '--limit', '0'])).code).toBe(2);
  });

  it('prints CSV of exams for Excel', async () => {
    const { stdout } = await printed(['results', '--format', 'csv', '--rows', 'exam', '--excel']);
    const lines = stdout.split('\r\n');
    expect(lines[0]).toMatch(/^\uFEFF?program,patient,exam,screened_at,/);
    expect(lines.map((line) => line.split(',')[1])).toEqual([
      'patient',
      `"=""${'f'.repeat(64)}"""`,
      '"=""患者甲乙丙丁戊己庚辛壬癸"""',
      '"=""1E5"""',
      '"=""0012"""',
      undefined,
    ]);
  });

  it.each([
    [['--rows', 'exam']],
    [['--excel', '--json']],
    [['--format', 'csv', '--former-names', '--rows', 'exam']],
  ])('refuses %j', async (words) => {
    const { code, stderr } = await printed(['results', ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain('--');
  });
});

describe('retclip export', () => {
  const to = (out: string, ...words: string[]) =>
    printed(['export', '--format', 'csv', '--rows', 'exam', '--out', out, ...words]);

  it('to - is the file itself, and tells of it beside it', async () => {
    await to(join(folder, 'exams.csv'));
    const { code, stdout, stderr } = await to('-', '--json');
    expect(code).toBe(0);
    expect(stdout).toBe(await readFile(join(folder, 'exams.csv'), 'utf8'));
    expect(JSON.parse(stderr)).toMatchObject({ exams: 4, rows: 4, bytes: Buffer.byteLength(stdout) });
  });

  it('for Excel begins with a byte order mark', async () => {
    await to(join(folder, 'excel.csv'), '--excel');
    const bytes = await readFile(join(folder, 'excel.csv'));
    expect(bytes.subarray(0, 10).toString('latin1')).toBe('\xEF\xBB\xBFprogram');
  });

  it('leaves a device a device', async () => {
    const before = await lstat('/dev/null');
    expect(await to('/dev/null')).toMatchObject({ code: 0 });
    const after = await lstat('/dev/null');
    expect([after.isCharacterDevice(), after.ino]).toEqual([true, before.ino]);
  });

  it('adds to what the shell has opened', async () => {
    const log = join(folder, 'log');
    await writeFile(log, 'before\n');
    const line = `"${process.execPath}" "${MAIN}" export --program north --format csv --rows exam --out /dev/stdout >> "${log}"`;
    const env = { ...process.env, RETCLIP_ENDPOINT: server.url, RETCLIP_TOKEN: TOKEN };
    await promisify(execFile)('sh', ['-c', line], { env });
    expect(await readFile(log, 'utf8')).toBe(`before\n${await readFile(join(folder, 'exams.csv'), 'utf8')}`);
  });

  it('writes the file behind a link, and leaves the link', async () => {
    await writeFile(join(folder, 'real.csv'), 'of last week');
    await symlink('real.csv', join(folder, 'link.csv'));
    expect(await to(join(folder, 'link.csv'))).toMatchObject({ code: 0 });
    expect((await lstat(join(folder, 'link.csv'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, 'real.csv'), 'utf8')).toContain('0012');
  });

  it('refuses what is of no meaning to its format', async () => {
    const { code, stderr } = await printed(['export', '--format', 'fhir', '--rows', 'exam', '--out', '-']);
    expect(code).toBe(2);
    expect(stderr).toContain('one bundle for each exam');
  });
});
