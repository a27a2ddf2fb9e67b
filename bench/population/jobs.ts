import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { stringify } from 'csv-stringify/sync';
import { buildUntrainedBundle } from '../../bundles/untrained-bundle.ts';
import type { JobView } from '../../core/jobs/reports/job-view.ts';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { sharedData } from '../../test/shared-data.ts';
import { retclip } from '../../test/system/retclip.ts';
import { RunningSystem } from '../../test/system/running-system.ts';
import { secondsOf } from '../figures.ts';
import { realPhotographs } from '../real-photographs/photographs.ts';
import { phantomPhotographs } from './phantom-photographs.ts';

/**
 * A population goes through two jobs: uploaded and answered by one model, screened again by the default one, re-scored
 * by a zero-shot head; `kill -9` of the host in the middle of each job; every exam counted at the end, in results and
 * in exports read back by DuckDB. Exit code 1 if anything is lost or counted twice.
 *
 * node phantoms/make.ts --out PHANTOMS --exams 2000 --seed population --size 224
 * node bench/population/jobs.ts --phantoms PHANTOMS --exams 10000     # each phantom stands for five patients
 * node bench/population/jobs.ts                                       # ODIR's patients, where they lie beside the repository
 */
const { values } = parseArgs({
  options: { phantoms: { type: 'string' }, exams: { type: 'string', default: '10000' } },
});
const KILLS = 3;
const DEFAULT_MODEL = join(PROJECT_ROOT, 'bundles/default');
const PROMPTS = {
  name: 'prompts',
  level: 'patient',
  labels: {
    glaucoma: {
      positive: ['双眼青光眼', 'glaucoma in both eyes'],
      negative: ['双眼正常眼底', 'normal fundus'],
    },
  },
};

/** How DuckDB counts the patients of an export; of bundles there is one a line, one for each exam. */
const COUNTED: Readonly<Record<string, (file: string) => string>> = {
  parquet: (file) => `SELECT count(DISTINCT patient) FROM '${file}'`,
  csv: (file) => `SELECT count(DISTINCT patient) FROM '${file}'`,
  fhir: (file) => `SELECT count(*) FROM read_ndjson_objects('${file}', format = 'newline_delimited')`,
};

async function photographsOf() {
  if (values.phantoms !== undefined) return phantomPhotographs(values.phantoms, Number(values.exams));
  const fundus = sharedData('data/fundus', 'jobs over the real ODIR patients');
  if (fundus === undefined) process.exit(0);
  return realPhotographs(fundus).filter(({ program }) => program === 'odir');
}

/** Fewer phantoms are drawn than there are patients. */
const SAME_FILES = ['--accept-doubts', 'same-bytes-two-patients'];

const photographs = await photographsOf();
const patients = new Set(photographs.map(({ patient }) => patient));
const program = photographs[0]?.program ?? '';
const folder = await mkdtemp(join(tmpdir(), 'retclip-population-'));
const system = new RunningSystem(join(folder, 'data'));
const words = ['--program', program, '--json'];
const faults: string[] = [];

function expectCount(what: string, found: number, expected: number): void {
  console.log(`${what}: ${found}${found === expected ? '' : `, expected ${expected}`}`);
  if (found !== expected) faults.push(what);
}

/** Runs a job to its end; the host is killed as soon as so many more of its exams are done. */
async function runJob(...request: readonly string[]): Promise<void> {
  let job = JSON.parse(await system.retclip('job', 'create', ...words, ...request)) as JobView;
  let kills = 0;
  const seconds = await secondsOf(async () => {
    while (job.state === 'planning' || job.state === 'running') {
      await delay(200);
      job = JSON.parse(await system.insist('job', 'show', job.job, ...words)) as JobView;
      const isFar = job.done >= ((kills + 1) / (KILLS + 1)) * patients.size * 0.9;
      if (kills === KILLS || job.state === 'finished' || (job.mode === 'screen' && !isFar)) continue;
      await system.killHost();
      await system.start();
      kills += 1;
    }
  });
  console.log(
    `${job.mode} job: ${job.state} in ${seconds.toFixed(0)} s (${(job.done / seconds).toFixed(0)} exams a second), host killed ${kills} times, ${job.skipped} skipped, ${job.superseded} superseded`,
  );
  expectCount('  planned', job.planned ?? 0, patients.size);
  expectCount('  done', job.done, patients.size);
  expectCount('  failed', job.failed, 0);
}

try {
  const manifest = join(folder, 'manifest.csv');
  const rows = photographs.map((photograph) => ({ ...photograph, exam: '1' }));
  const columns = ['program', 'patient', 'exam', 'laterality', 'path'];
  await writeFile(manifest, stringify(rows, { header: true, columns }));
  const former = join(folder, 'former-model');
  await buildUntrainedBundle(former);
  await system.start(former);
  const uploading = await secondsOf(() =>
    system.retclip('upload', manifest, '--wait', '--json', ...SAME_FILES),
  );
  console.log(
    `${patients.size} patients, ${photographs.length} photographs uploaded and answered by the former model in ${uploading.toFixed(0)} s`,
  );
  await system.stop();

  await system.start();
  await runJob('--mode', 'screen', '--not-screened');
  const screened = await system.results(program);
  expectCount('patients answered', new Set(screened.map(({ patient }) => patient)).size, patients.size);
  expectCount('by one model', new Set(screened.map(({ model }) => model)).size, 1);

  const prompts = join(folder, 'prompts.json');
  const head = join(folder, 'new.head.json');
  await writeFile(prompts, JSON.stringify(PROMPTS));
  const compiled = await retclip(['heads', 'from-prompts', prompts, '--model', DEFAULT_MODEL, '--out', head]);
  if (compiled.code !== 0) throw new Error(compiled.stderr);
  await runJob('--mode', 'rescore', '--heads', head);
  const lines = await system.results(program);
  const gradable = lines.filter(({ eyes }) => eyes.left?.gradable || eyes.right?.gradable);
  const found = lines.filter(({ findings }) => findings.some((finding) => finding.head === PROMPTS.name));
  expectCount('results', lines.length, patients.size);
  expectCount('results with the new head’s finding (all with a gradable eye)', found.length, gradable.length);

  for (const [format, counted] of Object.entries(COUNTED)) {
    const out = join(folder, `exams.${format}`);
    const seconds = await secondsOf(() =>
      system.retclip('export', '--program', program, '--format', format, '--out', out),
    );
    const megabytes = (await stat(out)).size / 1e6;
    console.log(`${format}: ${megabytes.toFixed(1)} MB in ${seconds.toFixed(0)} s`);
    const duckdb = await (await DuckDBInstance.create()).connect();
    const reader = await duckdb.runAndReadAll(counted(out));
    expectCount(`  ${format} read back by DuckDB, patients`, Number(reader.getRows()[0]?.[0]), patients.size);
  }
} finally {
  await system.stop();
  await rm(folder, { recursive: true });
}
for (const fault of faults) console.error(`wrong: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
