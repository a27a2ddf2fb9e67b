import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildUntrainedBundle } from '../../bundles/untrained-bundle.ts';
import type { Outcome } from '../../core/exams/outcome.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { generatePatient } from '../../phantoms/index.ts';
import { retclip } from '../system/retclip.ts';
import { RunningSystem } from '../system/running-system.ts';

const SEED = 'fhir';
const PATIENTS = 36;
const GOOD = { missingEye: 0, outOfFocus: 0, tooDark: 0, tooBright: 0 };
/** So many photographs went wrong that every kind of them is there. */
const BAD = { missingEye: 0.15, outOfFocus: 0.1, tooDark: 0.1, tooBright: 0.1 };

/** Patients with photographs that went wrong, one eye alone, eyes swapped, and names in another script. */
async function drawCohort(folder: string, patients: number): Promise<void> {
  await mkdir(folder);
  for (let index = 0; index < patients; index += 1) {
    const drawn = await generatePatient({
      seed: SEED,
      index,
      size: 300,
      defects: index % 3 === 0 ? BAD : GOOD,
    });
    const name = index % 5 === 1 ? `患者 ${index}` : drawn.patient;
    for (const eye of [drawn.left, drawn.right]) {
      const isLeftOut = index % 9 === 4 && eye?.truth.eye === (index % 2 === 0 ? 'left' : 'right');
      if (eye === null || isLeftOut) continue;
      await writeFile(join(folder, `${name}_${eye.truth.eye}.jpg`), eye.jpeg);
    }
  }
}

async function swapEyes(folder: string, patient: string): Promise<void> {
  const file = (eye: string) => join(folder, `${patient}_${eye}.jpg`);
  await rename(file('left'), file('aside'));
  await rename(file('right'), file('left'));
  await rename(file('aside'), file('right'));
}

/** Readers' verdicts by kind of ending, given to the first exams that the model refers. */
const READINGS: readonly (readonly Outcome[])[] = [
  ['refer'],
  ['recall', 'recall'],
  ['recall'],
  ['recall', 'refer-urgent', 'recall'],
];

async function read(system: RunningSystem, program: string): Promise<void> {
  const tokens: string[] = [];
  for (const name of ['reader-1', 'reader-2', 'reader-3'])
    tokens.push(JSON.parse(await system.retclip('reader', 'add', name, '--json')).token);
  const referred = (await system.results(program)).filter(({ outcome }) => outcome === 'refer');
  for (const [index, outcomes] of READINGS.entries()) {
    const line = referred[index];
    if (line === undefined) throw new Error(`Of ${program}, only ${referred.length} exams are referred.`);
    for (const [place, outcome] of outcomes.entries()) {
      const words = ['--outcome', outcome, '--program', program, '--data', system.dataFolder];
      const exam = `${line.patient}/${line.exam}`;
      const read = await retclip(['review', exam, ...words], { RETCLIP_TOKEN: tokens[place] });
      if (read.code !== 0) throw new Error(`Exam ${exam} could not be read: ${read.stderr}`);
    }
  }
}

/** Takes a left image out of an exam that has both, and waits for the answer by what is left. */
async function withdrawLeft(system: RunningSystem, program: string): Promise<void> {
  const pair = (await system.results(program)).findLast(
    ({ eyes, final }) => eyes.left?.gradable && eyes.right?.gradable && final.decidedBy === 'machine',
  );
  if (pair?.eyes.left == null) throw new Error(`No exam of ${program} has two gradable eyes.`);
  const { patient, exam, eyes } = pair;
  const where = ['--exam', exam, '--image', pair.eyes.left.image ?? '', '--program', program];
  await system.retclip('patient', 'withdraw-image', patient, ...where, '--reason', 'of another patient');
  for (;;) {
    const line = (await system.results(program)).find((found) => found.patient === patient);
    if (line?.eyes.left === null && line.eyes.right?.image === eyes.right?.image) return;
    await delay(100);
  }
}

export interface ExportedCohort {
  /** NDJSON of bundles. */
  readonly file: string;
  readonly lines: readonly ResultLine[];
}

async function screenAndExport(
  system: RunningSystem,
  cohort: string,
  program: string,
  out: string,
  prepare: () => Promise<void> = async () => undefined,
): Promise<ExportedCohort> {
  await system.retclip('upload', cohort, '--program', program, '--wait');
  await prepare();
  await system.retclip('export', '--program', program, '--format', 'fhir', '--out', out);
  return { file: out, lines: await system.results(program) };
}

/** Draws, uploads, screens, reads and exports by the product's own commands. */
export async function trainedCohort(folder: string): Promise<ExportedCohort> {
  const cohort = join(folder, 'cohort');
  await drawCohort(cohort, PATIENTS);
  await swapEyes(cohort, (await generatePatient({ seed: SEED, index: 2, size: 300, defects: GOOD })).patient);
  const system = new RunningSystem(join(folder, 'data'));
  await system.start();
  try {
    const out = join(folder, 'trained.ndjson');
    return await screenAndExport(system, cohort, 'north', out, async () => {
      await read(system, 'north');
      await withdrawLeft(system, 'north');
    });
  } finally {
    await system.stop();
  }
}

async function fewBy(
  folder: string,
  name: string,
  model: string,
  ...further: readonly string[]
): Promise<ExportedCohort> {
  const cohort = join(folder, `${name}-cohort`);
  await drawCohort(cohort, 5);
  const system = new RunningSystem(join(folder, `${name}-data`));
  await system.start(model, ...further);
  try {
    return await screenAndExport(system, cohort, 'north', join(folder, `${name}.ndjson`));
  } finally {
    await system.stop();
  }
}

/** A few patients by a model whose findings mean nothing. */
export async function untrainedCohort(folder: string): Promise<ExportedCohort> {
  const model = join(folder, 'untrained');
  await buildUntrainedBundle(model);
  return fewBy(folder, 'untrained', model);
}

/** The same by a model without heads: nothing is assessed. */
export async function unassessedCohort(folder: string): Promise<ExportedCohort> {
  const model = join(folder, 'headless');
  await buildUntrainedBundle(model, undefined, () => []);
  return fewBy(folder, 'headless', model, '--features-only');
}
