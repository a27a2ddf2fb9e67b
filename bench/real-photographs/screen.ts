import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { LATERALITIES } from '../../core/exams/laterality.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { sharedData } from '../../test/shared-data.ts';
import { RunningSystem } from '../../test/system/running-system.ts';
import { secondsOf } from '../figures.ts';
import { type RealPhotograph, realPhotographs } from './photographs.ts';

/**
 * Uploads every real photograph that lies beside the repository by `retclip upload` to `retclip local`, reads the
 * results back by `retclip results --json` and counts them against what was sent, eye by eye:
 * `node bench/real-photographs/screen.ts`. Exit code 1 if anything is lost, twice or not what was sent.
 */
const fundus = sharedData('data/fundus', 'screening of the real photographs');
if (fundus === undefined) process.exit(0);

const photographs = realPhotographs(fundus);
const folder = await mkdtemp(join(tmpdir(), 'retclip-real-'));
const manifest = join(folder, 'manifest.csv');
await writeFile(
  manifest,
  stringify(
    photographs.map((photograph) => ({ ...photograph, exam: '1' })),
    {
      header: true,
      columns: ['program', 'patient', 'exam', 'laterality', 'path'],
    },
  ),
);

/** What a program's results say that is not what was sent. */
function differences(sent: readonly RealPhotograph[], lines: readonly ResultLine[]): string[] {
  const eyes = Map.groupBy(sent, ({ patient }) => patient);
  const answered = Map.groupBy(lines, ({ patient }) => patient);
  const strangers = [...answered.keys()].filter((patient) => !eyes.has(patient));
  return [
    ...strangers.map((patient) => `${patient}: never sent`),
    ...[...eyes].flatMap(([patient, images]) => {
      const [line, ...more] = answered.get(patient) ?? [];
      if (line === undefined || more.length > 0)
        return [`${patient}: ${more.length + (line ? 1 : 0)} answers`];
      return LATERALITIES.filter(
        (laterality) =>
          (line.eyes[laterality] !== null) !== images.some((image) => image.laterality === laterality),
      ).map((laterality) => `${patient}: ${laterality} eye`);
    }),
  ];
}

const system = new RunningSystem(join(folder, 'data'));
let wrong = 0;
try {
  await system.start();
  const seconds = await secondsOf(() => system.retclip('upload', manifest, '--wait', '--json'));
  const rate = photographs.length / seconds;
  console.log(
    `${photographs.length} photographs uploaded and screened in ${seconds.toFixed(0)} s, ${rate.toFixed(1)} a second`,
  );
  for (const [program, sent] of Map.groupBy(photographs, (photograph) => photograph.program)) {
    const lines = await system.results(program);
    const single = lines.filter(({ eyes }) => eyes.left === null || eyes.right === null).length;
    const eyes = lines.flatMap((line) => [line.eyes.left, line.eyes.right]).filter((eye) => eye !== null);
    const refused = eyes.filter(({ gradable }) => !gradable).length;
    const faults = differences(sent, lines);
    wrong += faults.length;
    console.log(
      `${program}: ${new Set(sent.map(({ patient }) => patient)).size} patients sent, ${lines.length} answered, ${lines.length - single} pairs, ${single} single eyes, ${eyes.length} of ${sent.length} eyes, ${refused} ungradable; ${faults.length} differences`,
    );
    for (const fault of faults.slice(0, 10)) console.log(`  ${fault}`);
  }
} finally {
  await system.stop();
  await rm(folder, { recursive: true });
}
process.exitCode = wrong === 0 ? 0 : 1;
