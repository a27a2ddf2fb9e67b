import { cp, mkdir, mkdtemp, readdir, rm, stat, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { writeCohort } from '../../phantoms/index.ts';
import { retclip } from '../system/retclip.ts';
import { RunningSystem } from '../system/running-system.ts';
import { versionOf } from './stored-version.ts';

/** Exams of each upload. */
const EXAMS = 4;

let base: string;
let data: string;
let backup: string;
let system: RunningSystem;

beforeAll(async () => {
  // What is started from here on would give all rights to all.
  process.umask(0);
  base = await mkdtemp(join(tmpdir(), 'rehearsal-'));
  [data, backup] = [join(base, 'data'), join(base, 'backup')];
  for (const [name, seed] of [
    ['first', 'rehearsal'],
    ['later', 'rehearsal, later'],
  ] as const) {
    await writeCohort(join(base, name), { exams: EXAMS, seed, size: 256 });
    for (const file of ['truth.csv', 'truth.json']) await rm(join(base, name, file));
  }
  await mkdir(data, { mode: 0o755 });
  system = new RunningSystem(data);
  await system.start();
});
afterAll(async () => {
  await system.stop();
  await rm(base, { recursive: true });
});

async function run(...words: readonly string[]) {
  const { code, stdout, stderr } = await retclip([...words, '--json']);
  return { code, stderr, report: stdout === '' ? null : JSON.parse(stdout) };
}

const upload = (cohort: string, program: string, folder = data) =>
  run('upload', join(base, cohort), '--program', program, '--new-program', '--wait', '--data', folder);

/** What was found of each patient, without when and by which request. */
function found(lines: readonly ResultLine[]): unknown[] {
  return lines
    .map(({ patient, exam, outcome, eyes, findings, final }) => ({
      patient,
      exam,
      outcome,
      eyes,
      findings,
      final,
    }))
    .sort((a, b) => (a.patient < b.patient ? -1 : 1));
}

describe('a data folder that is backed up while uploads go on, destroyed and restored', () => {
  let answers: unknown[];
  let images: number;

  it('is saved at a moment when it is being written to', async () => {
    const first = await upload('first', 'north');
    expect(first.code).toBe(0);
    images = first.report.sent;
    const [patient] = (await system.results('north')).map((line) => line);
    await system.retclip(
      ...['review', `${patient?.patient}/${patient?.exam}`, '--program', 'north'],
      ...['--outcome', 'refer-urgent', '--note', 'seen by hand'],
    );
    answers = found(await system.results('north'));
    const uploading = upload('later', 'south');
    const saves = [];
    for (let count = 0; count < 3; count += 1) saves.push(await run('backup', backup, '--data', data));
    await uploading;
    for (const { code, report } of saves) {
      expect(code).toBe(0);
      expect(report.damaged).toEqual([]);
      expect(report.exams).toBeGreaterThanOrEqual(EXAMS);
      expect(report.images).toBeGreaterThanOrEqual(images);
    }
  });

  it('gives no right to others, though it was open to all when the system was started', async () => {
    for (const folder of [data, backup]) {
      const names = ['', ...(await readdir(folder, { recursive: true }))];
      for (const name of names) expect((await stat(join(folder, name))).mode & 0o077, name).toBe(0);
    }
    expect(await readdir(data)).toEqual(
      expect.arrayContaining(['host.log', 'worker.log', 'endpoint.json', 'token', 'search.sqlite']),
    );
  });

  it('holds no pixels, which can be made again', async () => {
    const files = async (folder: string) =>
      (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.safetensors'));
    expect((await files(data)).length).toBeGreaterThanOrEqual(images);
    expect(await files(backup)).toEqual([]);
  });

  it('has every answer and verdict again, takes what was not saved, and goes on', async () => {
    await system.killHost();
    await rm(data, { recursive: true });
    const restored = await run('restore', backup, '--data', data);
    expect(restored.code).toBe(0);
    expect(restored.report.damaged).toEqual([]);
    await system.start();
    expect(found(await system.results('north'))).toEqual(answers);
    const again = await upload('later', 'south');
    expect(again.code).toBe(0);
    expect(again.report.sent + again.report.skipped).toBe(
      (await readdir(join(base, 'later'))).filter((name) => name.endsWith('.jpg')).length,
    );
    expect(await system.results('south')).toHaveLength(EXAMS);
    expect((await run('backup', backup, '--data', data)).report.exams).toBe(2 * EXAMS);
  });

  it('is healed by uploading again after an older backup was restored and a photograph was lost', async () => {
    const old = join(base, 'old');
    await system.stop();
    const fresh = new RunningSystem(join(base, 'fresh'));
    system = fresh;
    await fresh.start();
    await upload('first', 'north', fresh.dataFolder);
    await run('backup', old, '--data', fresh.dataFolder);
    await upload('later', 'south', fresh.dataFolder);
    await fresh.killHost();
    await rm(fresh.dataFolder, { recursive: true });
    await run('restore', old, '--data', fresh.dataFolder);
    await unlink(versionOf(fresh.dataFolder, 'images/north/'));
    await fresh.start();
    const [north, south] = [
      await upload('first', 'north', fresh.dataFolder),
      await upload('later', 'south', fresh.dataFolder),
    ];
    expect(north.report).toMatchObject({ sent: 1, healed: 1, skipped: images - 1 });
    expect(south.code).toBe(0);
    expect(await fresh.results('south')).toHaveLength(EXAMS);
    const withoutVerdicts = (lines: readonly unknown[]) =>
      lines.map((line) => ({ ...(line as ResultLine), final: null }));
    expect(withoutVerdicts(found(await fresh.results('north')))).toEqual(withoutVerdicts(answers));
  }, 180_000);
});

describe('a data folder that has lost its database', () => {
  it('is refused with both ways on, and has every answer again once its database was rebuilt', async () => {
    const answers = found(await system.results('north'));
    const [line] = await system.results('north');
    await system.retclip(
      ...['review', `${line?.patient}/${line?.exam}`, '--program', 'north'],
      ...['--outcome', 'refer-urgent', '--note', 'seen by hand'],
    );
    const reviewed = found(await system.results('north'));
    expect(reviewed).not.toEqual(answers);
    await system.stop();
    const folder = system.dataFolder;
    const kept = join(base, 'kept');
    await cp(folder, kept, { recursive: true });
    for (const end of ['', '-wal', '-shm']) await rm(join(folder, `state.sqlite${end}`), { force: true });
    const contents = await readdir(join(folder, 'objects'), { recursive: true });
    const refused = await retclip(['local', '--data', folder]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/state\.sqlite\) is missing.*retclip restore.*retclip local --rebuild/s);
    expect(await readdir(join(folder, 'objects'), { recursive: true })).toEqual(contents);

    await system.start(undefined, '--rebuild');
    for (const [cohort, program] of [
      ['first', 'north'],
      ['later', 'south'],
    ] as const) {
      const { report, code } = await upload(cohort, program, folder);
      expect(code).toBe(0);
      expect(report).toMatchObject({ sent: 0, healed: 0 });
    }
    expect(found(await system.results('north'))).toEqual(reviewed);
    expect(await system.results('south')).toHaveLength(EXAMS);
  }, 120_000);
});
