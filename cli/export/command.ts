import { Command, Option } from 'commander';
import { OUTCOMES } from '../../core/exams/outcome.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { CliError, WrongUseError } from '../errors.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { startProgress } from '../progress.ts';
import { instantOption } from '../results/instant-option.ts';
import { probabilityOption } from '../results/probability-option.ts';
import { ROW_KINDS, type RowKind } from '../results/result-columns.ts';
import { EXPORT_FORMATS, type ExportFormat, type ExportShape } from './encoder.ts';
import { ExportFile } from './export-file.ts';
import { type ExportPlace, exportPlace } from './export-place.ts';
import { type ExportSummary, exportResults } from './export-results.ts';
import { ExportStream } from './export-stream.ts';
import type { ExportTarget } from './export-target.ts';

const PAGE_EXAMS = '500';

interface ExportCommandOptions extends EndpointOptions {
  readonly program: string;
  readonly format: ExportFormat;
  readonly out: string;
  readonly rows?: RowKind;
  readonly excel: boolean;
  readonly outcome?: string;
  readonly label?: string;
  readonly min?: string;
  readonly max?: string;
  readonly since?: string;
  readonly until?: string;
  readonly restart: boolean;
  readonly json: boolean;
}

/** What is asked for: an interrupted export goes on only for the same. */
function queryOf(options: ExportCommandOptions): Readonly<Record<string, string>> {
  const { outcome, label, min, max } = options;
  if (label === undefined && (min !== undefined || max !== undefined)) {
    throw new WrongUseError('--min and --max are probabilities of a label: give --label as well.');
  }
  const since = instantOption('--since', options.since);
  const until = instantOption('--until', options.until);
  const given = Object.entries({ outcome, label, min, max, since, until });
  // The oldest first: an exam that is screened again meanwhile moves to the end, and is not missed.
  return Object.fromEntries([
    ...given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ['order', 'oldest-first'],
  ]);
}

/** @throws WrongUseError if the format has none of it */
function shapeOf({ format, rows, excel }: ExportCommandOptions): ExportShape {
  if (format === 'fhir' && rows !== undefined)
    throw new WrongUseError('--rows is for tables: FHIR has one bundle for each exam.');
  if (format !== 'csv' && excel) throw new WrongUseError('--excel is for --format csv.');
  return { format, rows: rows ?? 'finding', dialect: excel ? 'excel' : 'plain' };
}

/** Counts the forms that files have had: an export that began in another form is not gone on with. */
const FORM = 3;

async function openTarget(
  place: ExportPlace,
  options: ExportCommandOptions,
  shape: ExportShape,
  query: Readonly<Record<string, string>>,
): Promise<ExportTarget> {
  if (place.kind === 'standard-output') return ExportStream.toStandardOutput();
  if (place.kind === 'stream') return ExportStream.open(place.path);
  const request = { program: options.program, ...shape, ...query, form: FORM };
  return ExportFile.open(place.path, JSON.stringify(request), options.restart);
}

/** Tells of the export, beside it where it goes to standard output itself. */
function report(
  options: ExportCommandOptions,
  place: ExportPlace,
  summary: ExportSummary,
  seconds: number,
): void {
  const { program, format, out } = options;
  const stream = place.kind === 'standard-output' ? process.stderr : process.stdout;
  if (options.json) {
    stream.write(`${JSON.stringify({ program, format, out, ...summary })}\n`);
    return;
  }
  const resumed = summary.resumedAt === 0 ? '' : `, ${summary.resumedAt} of them by an earlier run`;
  stream.write(
    [
      `${summary.exams} exams${resumed}: ${summary.rows} ${format === 'fhir' ? 'bundles' : 'rows'}, ${summary.bytes} bytes in ${place.kind === 'standard-output' ? 'standard output' : `"${out}"`}, in ${seconds.toFixed(1)} s.`,
      'Research use only: no finding is a diagnosis.',
      '',
    ].join('\n'),
  );
}

async function exportCommandAction(options: ExportCommandOptions): Promise<void> {
  const query = queryOf(options);
  const shape = shapeOf(options);
  const place = await exportPlace(options.out);
  const client = new Client(() => findEndpoint(options), options.program);
  // Asked before the file is touched: a wrong program or token must not begin one.
  const { exams, screened } = await client.summary();
  if (exams === 0)
    throw new WrongUseError(`Program "${options.program}" has no exams here. Is its name right?`);
  const target = await openTarget(place, options, shape, query);
  const interrupted = new AbortController();
  const stop = () =>
    interrupted.abort(
      new CliError(
        place.kind === 'file'
          ? 'Interrupted. The same line again goes on from here.'
          : 'Interrupted. The same line again begins from the beginning.',
      ),
    );
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const visible = !options.json;
  const progress = startProgress('Exporting', 'exams', screened, visible);
  const began = performance.now();
  try {
    const summary = await exportResults({
      ...shape,
      target,
      page: (cursor) => client.results({ ...query, limit: PAGE_EXAMS, cursor }),
      onProgress: (exams) => progress.update(exams),
      signal: interrupted.signal,
    });
    progress.stop();
    report(options, place, summary, (performance.now() - began) / 1000);
  } finally {
    progress.stop();
    await target.close();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** `retclip export --program P --format csv|parquet|fhir --out FILE` */
export function exportCommand(): Command {
  return new Command('export')
    .description(
      'write all results to one file; an interrupted export goes on where it stopped. Research use only',
    )
    .requiredOption('--program <id>', 'screening program')
    .addOption(
      new Option('--format <format>', 'csv and parquet: tables; fhir: R4 bundles, one exam a line')
        .choices(EXPORT_FORMATS)
        .makeOptionMandatory(),
    )
    .requiredOption(
      '--out <file>',
      'file to write; it appears when it is whole. A pipe or a device is written as it comes, and - is standard output',
    )
    .addOption(
      new Option('--rows <what>', 'of a table: a row for each finding, or one for each exam').choices(
        ROW_KINDS,
      ),
    )
    .option('--excel', 'csv as Excel reads it by a double click', false)
    .addOption(new Option('--outcome <outcome>', 'only this outcome, as it holds now').choices(OUTCOMES))
    .option('--label <label>', 'only exams with a finding of this label')
    .option('--min <probability>', 'with --label: at least so probable', probabilityOption)
    .option('--max <probability>', 'with --label: at most so probable', probabilityOption)
    .option('--since <instant>', 'screened at or after (ISO 8601)')
    .option('--until <instant>', 'screened before (ISO 8601)')
    .option('--restart', 'start again instead of going on with an interrupted export', false)
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print the summary as JSON', false)
    .action(exportCommandAction);
}
