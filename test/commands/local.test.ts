import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { generatePatient } from '../../phantoms/index.ts';
import { retclip } from '../system/retclip.ts';
import { RunningSystem } from '../system/running-system.ts';

const GOOD = { missingEye: 0, outOfFocus: 0, tooDark: 0, tooBright: 0 };
let folder: string;
let cohort: string;
let system: RunningSystem;

/** Two pairs, a single eye, one cut file and one empty one; a path with blanks and ideographs. */
async function writePhotographs(): Promise<void> {
  const patients = await Promise.all(
    [0, 1, 2, 3].map((index) => generatePatient({ seed: 'local', index, size: 400, defects: GOOD })),
  );
  const jpegs = patients.map(({ left, right }) => ({
    left: left?.jpeg ?? Buffer.alloc(0),
    right: right?.jpeg ?? Buffer.alloc(0),
  }));
  const [first, second, third, fourth] = jpegs;
  if (!first || !second || !third || !fourth) throw new Error('No phantoms.');
  await mkdir(join(cohort, '张 伟'), { recursive: true });
  await writeFile(join(cohort, 'A1_left.jpg'), first.left);
  await writeFile(join(cohort, 'A1_right.jpg'), first.right);
  await writeFile(join(cohort, '张 伟', 'OS.jpg'), second.left);
  await writeFile(join(cohort, '张 伟', 'OD.jpg'), second.right);
  await writeFile(join(cohort, 'B2_right.jpg'), third.right);
  await writeFile(join(cohort, 'C3_left.jpg'), fourth.left.subarray(0, 3_000));
  await writeFile(join(cohort, 'C3_right.jpg'), fourth.right);
  await writeFile(join(cohort, 'D4_left.jpg'), '');
  await writeFile(join(cohort, 'notes.txt'), 'not a photograph');
}

async function results(...words: string[]): Promise<ResultLine[]> {
  const text = await system.retclip('results', '--program', 'north', '--json', ...words);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): ResultLine => JSON.parse(line))
    .sort((a, b) => (a.patient < b.patient ? -1 : 1));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retclip-local-'));
  cohort = join(folder, 'cohort');
  await mkdir(cohort);
  await writePhotographs();
  system = new RunningSystem(join(folder, 'data'));
  await system.start();
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

const upload = (...words: string[]) =>
  // One patient has a folder, the others have not.
  retclip([
    ...['upload', cohort, '--program', 'north', '--json', '--accept-doubts', 'other-pattern', ...words],
    ...['--data', system.dataFolder],
  ]);

describe('retclip local', () => {
  it('takes a folder, refuses what cannot be sent, and answers every exam', async () => {
    const { code, stdout } = await upload('--wait');
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ sent: 7, skipped: 0, exams: 4 });
    expect(report.refused).toEqual([
      { path: join(cohort, 'D4_left.jpg'), reason: expect.stringMatching(/empty/) },
      { path: join(cohort, 'notes.txt'), reason: expect.stringMatching(/not a photograph/) },
    ]);
    expect(code).toBe(1);
    const lines = await results();
    expect(lines.map(({ patient }) => patient)).toEqual(['A1', 'B2', 'C3', '张 伟']);
    const [pair, single, cut] = lines;
    expect(pair?.eyes).toMatchObject({ left: { gradable: true }, right: { gradable: true } });
    expect(single?.eyes).toMatchObject({ left: null, right: { gradable: true } });
    expect(single?.flags).toContain('left-eye-missing');
    expect(cut?.eyes).toMatchObject({
      left: { gradable: false, reason: 'truncated-file' },
      right: { gradable: true },
    });
    expect(lines.every(({ flags }) => flags.includes('research-use-only'))).toBe(true);
  });

  it('finds its patients by a text, through the text tower, once they are indexed', async () => {
    const search = async () =>
      (await system.retclip('search', '双眼糖尿病视网膜病变', '--program', 'north', '--json'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    let found = await search();
    while (found.length < 4) {
      await delay(200);
      found = await search();
    }
    expect(found.map(({ patient }) => patient).toSorted()).toEqual(['A1', 'B2', 'C3', '张 伟']);
    const similarities = found.map(({ similarity }) => similarity);
    expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
    expect(found[0]).toMatchObject({ program: 'north', notice: expect.stringMatching(/Research use only/) });
  });

  it('is sent only what is missing by a second run', async () => {
    const again = JSON.parse((await upload()).stdout);
    expect(again).toMatchObject({ sent: 0, skipped: 7, bytesSent: 0 });
    await appendFile(join(cohort, 'B2_right.jpg'), 'changed');
    const asked = await upload();
    expect(asked.code).toBe(1);
    expect(JSON.parse(asked.stdout)).toMatchObject({
      sent: 0,
      questions: [{ kind: 'exam-exists', paths: [join(cohort, 'B2_right.jpg')] }],
    });
    const changed = await upload('--accept-doubts', 'exam-exists');
    expect(JSON.parse(changed.stdout)).toMatchObject({ sent: 1, skipped: 6 });
    for (const name of ['D4_left.jpg', 'notes.txt']) await rm(join(cohort, name));
    const { code, stdout } = await upload('--wait');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ sent: 0, skipped: 7, refused: [] });
  });

  it('refuses a second system on the same folder, and names the first', async () => {
    const second = await retclip(['local', '--data', system.dataFolder]);
    expect(second.code).toBe(3);
    expect(second.stderr).toMatch(/in use|process \d+/i);
    expect(await results()).toHaveLength(4);
  });

  it('refuses a port that another program has', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const refused = await retclip(['local', '--data', join(folder, 'other'), '--port', String(port)]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(new RegExp(`Port ${port} is in use.*--port`, 's'));
    await new Promise((resolve) => other.close(resolve));
  });

  it('keeps everything over a stop and a start', async () => {
    const before = await results();
    await system.stop();
    await system.start();
    expect(await results()).toEqual(before);
  });

  it('keeps everything over a kill, and frees the folder', async () => {
    const before = await results();
    await system.killHost();
    await system.start();
    expect(await results()).toEqual(before);
  });

  it('serves the loopback interface only, and no name that merely resolves to it', async () => {
    const { url } = JSON.parse(await readFile(join(system.dataFolder, 'endpoint.json'), 'utf8'));
    const { port } = new URL(url);
    const statusFor = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ host: '127.0.0.1', port, path: '/health', headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .once('error', reject)
          .end();
      });
    expect(await statusFor(`localhost:${port}`)).toBe(200);
    expect(await statusFor('attacker.example')).toBe(421);
    const addresses = Object.values(networkInterfaces()).flat();
    for (const address of addresses.filter((known) => known?.family === 'IPv4' && !known.internal)) {
      await expect(fetch(`http://${address?.address}:${port}/health`)).rejects.toThrow();
    }
  });

  it('takes no upload whose content is not the one that was signed', async () => {
    const { url, token } = JSON.parse(await readFile(join(system.dataFolder, 'endpoint.json'), 'utf8'));
    const sha256 = createHash('sha256').update('true').digest('hex');
    const image = {
      patient: 'X',
      exam: '1',
      laterality: 'left',
      extension: 'jpg',
      contentType: 'image/jpeg',
      bytes: 4,
      sha256,
      eyes: 'both',
    };
    const answer = await fetch(`${url}/v1/programs/north/uploads`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ images: [image] }),
    });
    const [permission] = (
      (await answer.json()) as { items: { url: string; headers: Record<string, string> }[] }
    ).items;
    if (permission === undefined) throw new Error('No permission.');
    const put = (body: string) => fetch(permission.url, { method: 'PUT', headers: permission.headers, body });
    expect((await put('lies')).status).toBeGreaterThanOrEqual(400);
    expect(
      (
        await fetch(permission.url.replace(/X/, 'Y'), {
          method: 'PUT',
          headers: permission.headers,
          body: 'true',
        })
      ).status,
    ).toBeGreaterThanOrEqual(400);
    expect((await put('true')).status).toBe(200);
  });
});

describe('retclip demo', () => {
  it('draws, uploads and screens a cohort, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await retclip(['demo', '--exams', '4', '--json'], { TMPDIR: folder });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const lines: ResultLine[] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(4);
    expect(lines.every(({ flags }) => flags.includes('research-use-only'))).toBe(true);
    const swapped = lines.filter(({ flags }) => flags.includes('laterality-suspect'));
    expect(
      swapped.map(({ eyes }) => [eyes.left?.laterality?.detected, eyes.right?.laterality?.detected]),
    ).toEqual([['right', 'left']]);
    const left = (await readdir(folder)).filter((name) => name.startsWith('retclip-demo'));
    expect(left).toEqual([]);
  });

  it('prints a table that says what the model and its findings are worth', async () => {
    const { stdout } = await retclip(['demo', '--exams', '3'], { COLUMNS: '200' });
    expect(stdout).toContain('looks like a right eye');
    expect(stdout).toContain('looks like a left eye');
    expect(stdout).toContain('left and right were swapped');
    expect(stdout).toContain('Research use only');
    expect(stdout).toContain('phantom-000002');
  });
});
