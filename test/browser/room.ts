import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from '../../core/exams/outcome.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { DEFAULT_SETTINGS, settingsKey } from '../../core/programs/program-settings.ts';
import { screenedExams } from '../../functions/testing/screened-exams.ts';
import { openLocalHome } from '../../local/home.ts';
import { generatePatient } from '../../phantoms/index.ts';
import { RunningSystem } from '../system/running-system.ts';

const BUILT = fileURLToPath(new URL('../../reading-room/dist/index.html', import.meta.url));

/** Rows of the program `many`: several pages of its list. */
export const MANY = 1_000;

/** Someone who may sign in. */
export interface Person {
  readonly name: string;
  readonly token: string;
  readonly passphrase: string;
}

export interface Room {
  readonly system: RunningSystem;
  readonly origin: string;
  add(name: string, ...words: readonly string[]): Promise<Person>;
  stop(): Promise<void>;
}

/** One patient with disease in both eyes, with photographs that the model refers. */
async function drawn(index: number) {
  const defects = { missingEye: 0, outOfFocus: 0, tooDark: 0, tooBright: 0 };
  const prevalence = { 'diabetic-retinopathy': index % 4 === 3 ? 0 : 1 };
  return generatePatient({ seed: 'reading-room', index, size: 900, defects, prevalence });
}

/**
 * A system that runs, with phantoms of two programs, `north` to be read and `south` to be looked at, one of them with a right
 * eye alone, and a program `many` whose exams have records and no photographs.
 */
export async function openRoom(patients: number): Promise<Room> {
  if (!existsSync(BUILT)) throw new Error('Build the pages first: npm run build:reading-room');
  const folder = await mkdtemp(join(tmpdir(), 'reading-room-'));
  const cohort = join(folder, 'cohort');
  await mkdir(cohort);
  for (let index = 0; index < patients; index += 1) {
    const { left, right } = await drawn(index);
    const name = `P-0${400 + index}`;
    if (right !== null) await writeFile(join(cohort, `${name}_right.jpg`), right.jpeg);
    if (left !== null && index !== 1) await writeFile(join(cohort, `${name}_left.jpg`), left.jpeg);
  }
  const data = join(folder, 'data');
  const home = await openLocalHome(data);
  for (const program of ['many', 'north', 'south', 'visits']) await registerProgram(home.objects, program);
  // Every negative is read over: so that there are second readings at once.
  const settings = { ...DEFAULT_SETTINGS, review: { ...DEFAULT_SETTINGS.review, overReadShare: 1 } };
  await home.objects.put(settingsKey('north'), Buffer.from(JSON.stringify(settings)));
  const outcomes: readonly Outcome[] = ['refer', 'refer-urgent', 'ungradable'];
  await screenedExams(
    home.exams,
    Array.from({ length: MANY }, (_, index) => [
      { program: 'many', patient: `M-${String(index).padStart(5, '0')}`, exam: '1' },
      outcomes[index % outcomes.length] ?? 'refer',
    ]),
  );
  await home.close();
  const system = new RunningSystem(data);
  await system.start();
  try {
    return await filled(system, cohort, folder);
  } catch (error) {
    await system.stop();
    throw error;
  }
}

/** One patient of the program `visits`, who was there before: other photographs of the same eyes. */
async function visits(system: RunningSystem, folder: string): Promise<void> {
  for (const [index, exam] of [
    [20, 'before'],
    [21, 'now'],
  ] as const) {
    const visit = join(folder, exam);
    await mkdir(visit);
    const { left, right } = await drawn(index);
    if (right !== null) await writeFile(join(visit, 'P-0500_right.jpg'), right.jpeg);
    if (left !== null) await writeFile(join(visit, 'P-0500_left.jpg'), left.jpeg);
    await system.retclip('upload', visit, '--program', 'visits', '--exam', exam, '--wait');
  }
}

/** The room once its photographs are screened. */
async function filled(system: RunningSystem, cohort: string, folder: string): Promise<Room> {
  const data = system.dataFolder;
  for (const program of ['north', 'south'])
    await system.retclip('upload', cohort, '--program', program, '--wait');
  await visits(system, folder);
  const { url } = JSON.parse(await readFile(join(data, 'endpoint.json'), 'utf8'));
  return {
    system,
    origin: url,
    add: async (name, ...words) => {
      const added = JSON.parse(await system.retclip('reader', 'add', name, '--json', ...words));
      return { name, token: added.token, passphrase: added.passphrase };
    },
    stop: async () => {
      await system.stop();
      await rm(folder, { recursive: true });
    },
  };
}
