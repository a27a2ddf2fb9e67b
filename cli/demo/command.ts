import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { OUTCOMES } from '../../core/exams/outcome.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import type { Host } from '../../local/host/host.ts';
import { Client } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { CliError } from '../errors.ts';
import { DEFAULT_MODEL } from '../local/command.ts';
import { startProgress } from '../progress.ts';
import { resultsNotice, resultsTable } from '../results/table.ts';
import { colours as pc } from '../terminal/colours.ts';
import { planFolder } from '../upload/plan-folder.ts';
import { sendPlan } from '../upload/send-plan.ts';
import { waitForResults } from '../upload/wait-for-results.ts';
import { type CohortTruth, readCohortTruth } from './cohort-truth.ts';
import { swapEyes } from './swap-eyes.ts';

/** How many exams have each outcome by now, in one line. */
function outcomeCounts(lines: readonly Pick<ResultLine, 'final'>[]): string {
  const counts = OUTCOMES.map((outcome) => [
    outcome,
    lines.filter((line) => line.final.outcome === outcome).length,
  ]);
  return `Outcomes: ${counts.map(([outcome, count]) => `${outcome} ${count}`).join(' · ')}`;
}

const PROGRAM = 'demo';
const PATIENCE_SECONDS = 120;
const SENT_AT_ONCE = 8;

interface DemoOptions {
  readonly exams: number;
  readonly seed: string;
  readonly model: string;
  readonly json: boolean;
}

/** What each phantom was drawn with, by patient, and whose photographs were swapped. */
function drawnWith(
  { patients }: CohortTruth,
  swapped: string | null,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    patients.map(({ patient, labels }) => [
      patient,
      patient === swapped ? [...labels, '(sent with left and right swapped)'] : labels,
    ]),
  );
}

/** Uploads the cohort through the system's own API and waits for every answer. */
async function screen(cohort: string, dataFolder: string, visible: boolean): Promise<ResultLine[]> {
  const client = new Client(() => findEndpoint({ data: dataFolder }, {}), PROGRAM);
  const plan = await planFolder(cohort, PROGRAM);
  const sending = startProgress('Uploading', 'images', plan.images.length, visible);
  const report = await sendPlan(plan.images, () => client, {
    concurrency: SENT_AT_ONCE,
    onProgress: ({ sent, skipped }) => sending.update(sent.length + skipped.length),
  }).finally(sending.stop);
  const [refused] = report.refused;
  if (refused !== undefined) throw new CliError(`"${refused.path}" was refused: ${refused.reason}`);
  const exams = new Set(report.sent.map(({ image }) => image.exam.patient)).size;
  const screening = startProgress('Screening', 'exams', exams, visible);
  await waitForResults(report.sent, () => client, {
    patienceSeconds: PATIENCE_SECONDS,
    onProgress: (answered) => screening.update(answered),
  }).finally(screening.stop);
  const lines: ResultLine[] = [];
  for await (const line of client.allResults()) lines.push(line);
  return lines.sort((a, b) => (a.patient < b.patient ? -1 : 1));
}

function printResults(
  lines: readonly ResultLine[],
  truth: ReadonlyMap<string, readonly string[]>,
  host: Host,
  seconds: number,
): void {
  const truthText = (line: ResultLine) => truth.get(line.patient)?.join('\n') ?? '';
  const images = lines.flatMap(({ eyes }) => [eyes.left, eyes.right]).filter((eye) => eye !== null).length;
  const rate = (lines.length / seconds).toFixed(1);
  process.stdout.write(
    [
      resultsTable(lines, { title: 'drawn with', text: truthText }),
      `${pc.bold(`${lines.length} exams`)}, ${images} photographs, uploaded and screened in ${seconds.toFixed(1)} s (${rate} exams/s) by model ${host.model.model.slice(0, 12)}`,
      outcomeCounts(lines),
      resultsNotice(lines),
      '',
      'The photographs are drawn phantoms, not patients. To screen your own:',
      '  npx retclip local --data DIR',
      '  npx retclip upload FOLDER --program P --wait --data DIR',
      '',
    ].join('\n'),
  );
}

async function demo(options: DemoOptions): Promise<void> {
  const { startHost } = await import('../../local/host/host.ts');
  const { writeCohort } = await import('../../phantoms/index.ts');
  const folder = await mkdtemp(join(tmpdir(), 'retclip-demo-'));
  const cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }));
  const stop = () => cleanUp.disposeAsync();
  const interrupted = () => void stop().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const cohort = join(folder, 'cohort');
    const dataFolder = join(folder, 'data');
    const drawing = startProgress('Drawing  ', 'exams', options.exams, !options.json);
    await writeCohort(cohort, {
      exams: options.exams,
      seed: options.seed,
      onProgress: ({ done }) => drawing.update(done),
    });
    drawing.stop();
    const truth = await readCohortTruth(cohort);
    const swapped = await swapEyes(cohort, truth);
    const host = await startHost({ dataFolder, model: options.model });
    cleanUp.defer(() => host.stop());
    const began = performance.now();
    const lines = await screen(cohort, dataFolder, !options.json);
    const seconds = (performance.now() - began) / 1000;
    if (options.json) for (const line of lines) process.stdout.write(`${JSON.stringify(line)}\n`);
    else printResults(lines, drawnWith(truth, swapped), host, seconds);
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await stop();
  }
}

function examsOption(value: string): number {
  const exams = Number(value);
  if (!Number.isInteger(exams) || exams < 1 || exams > 10_000) {
    throw new InvalidArgumentError(`Expected a whole number from 1 to 10000 but received ${value}.`);
  }
  return exams;
}

/** `retclip demo [--exams N]` */
export function demoCommand(): Command {
  return new Command('demo')
    .description('draw an example cohort, upload it, screen it and print the results, all on this machine')
    .option('--exams <n>', 'patients to draw', examsOption, 24)
    .option('--seed <text>', 'another seed draws other patients', 'demo')
    .option('--model <dir>', 'model bundle', DEFAULT_MODEL)
    .option('--json', 'print one JSON object a line, one exam each', false)
    .action(demo);
}
