import { Command, Option } from 'commander';
import { OUTCOMES } from '../../core/exams/outcome.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { WrongUseError } from '../errors.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { terminalText } from '../terminal/text.ts';
import { csvHeader, csvLines } from './csv.ts';
import { formerCsvHeader, formerCsvLines } from './former-csv.ts';
import { instantOption } from './instant-option.ts';
import { limitOption } from './limit-option.ts';
import { probabilityOption } from './probability-option.ts';
import { ROW_KINDS, type RowKind } from './result-columns.ts';
import { resultsNotice, resultsTable } from './table.ts';
import { whyText } from './why.ts';

/** A table shows this many before it says that there are more. */
const TABLE_ROWS = 200;
const PAGE_EXAMS = 500;

interface ResultsOptions extends EndpointOptions {
  readonly program: string;
  readonly patient?: string;
  readonly outcome?: string;
  readonly label?: string;
  readonly min?: string;
  readonly max?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
  readonly format: 'table' | 'json' | 'csv';
  readonly rows?: RowKind;
  readonly excel: boolean;
  readonly formerNames: boolean;
  readonly json: boolean;
}

/** All results that fit, or the first of them by `--limit`, page by page. */
async function* allResults(client: Client, options: ResultsOptions): AsyncGenerator<ResultLine> {
  const { patient, outcome, label, min, max } = options;
  const since = instantOption('--since', options.since);
  const until = instantOption('--until', options.until);
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  let cursor: string | undefined;
  do {
    const page = await client.results({
      patient,
      outcome,
      label,
      min,
      max,
      since,
      until,
      cursor,
      limit: String(Math.min(left, PAGE_EXAMS)),
    });
    yield* page.items.slice(0, left);
    left -= page.items.length;
    cursor = page.cursor;
  } while (cursor !== undefined && left > 0);
}

async function write(text: string): Promise<void> {
  if (process.stdout.write(text)) return;
  await new Promise((resolve) => process.stdout.once('drain', resolve));
}

/** Why each exam of a patient has its outcome, in words. */
function whyLines(lines: readonly ResultLine[]): string[] {
  return lines.flatMap((line) => {
    const why = whyText(line);
    return why === null ? [] : [terminalText(`${line.patient}/${line.exam}, by the model, ${why}.`, 2)];
  });
}

async function printTable(lines: AsyncGenerator<ResultLine>, options: ResultsOptions): Promise<void> {
  const rows = options.limit ?? TABLE_ROWS;
  const shown: ResultLine[] = [];
  let more = 0;
  for await (const line of lines) {
    if (shown.length < rows) shown.push(line);
    else more += 1;
  }
  if (shown.length === 0) return write('No results fit.\n');
  const further = more === 0 ? [] : [`… and ${more} more: use --limit, --json or --format csv for them.`];
  const why = options.patient === undefined ? [] : whyLines(shown);
  await write(`${[resultsTable(shown), ...further, ...why, resultsNotice(shown)].join('\n')}\n`);
}

async function printCsv(lines: AsyncGenerator<ResultLine>, options: ResultsOptions): Promise<void> {
  const { rows = 'finding', formerNames } = options;
  const dialect = options.excel ? 'excel' : 'plain';
  await write(formerNames ? formerCsvHeader() : csvHeader(rows, dialect));
  for await (const line of lines)
    await write(formerNames ? formerCsvLines([line]) : csvLines(rows, dialect, [line]));
}

async function results(options: ResultsOptions): Promise<void> {
  if (options.label === undefined && (options.min !== undefined || options.max !== undefined)) {
    throw new WrongUseError('--min and --max are probabilities of a label: give --label as well.');
  }
  const format = options.json ? 'json' : options.format;
  if (format !== 'csv' && (options.rows !== undefined || options.excel || options.formerNames))
    throw new WrongUseError('--rows, --excel and --former-names are for --format csv: give that as well.');
  if (options.formerNames && (options.rows === 'exam' || options.excel))
    throw new WrongUseError('--former-names prints the one former form: leave --rows and --excel out.');
  const client = new Client(() => findEndpoint(options), options.program);
  const lines = allResults(client, options);
  if (format === 'table') return printTable(lines, options);
  if (format === 'csv') return printCsv(lines, options);
  for await (const line of lines) await write(`${JSON.stringify(line)}\n`);
}

/** `retclip results --program P [--patient ID] [--outcome O] [--label L --min 0.5] [--format table|json|csv]` */
export function resultsCommand(): Command {
  return new Command('results')
    .description('print results, newest first. Research use only')
    .requiredOption('--program <id>', 'screening program')
    .option('--patient <id>', 'only this patient')
    .addOption(new Option('--outcome <outcome>', 'only this outcome, as it holds now').choices(OUTCOMES))
    .option('--label <label>', 'only exams with a finding of this label')
    .option('--min <probability>', 'with --label: at least so probable', probabilityOption)
    .option('--max <probability>', 'with --label: at most so probable', probabilityOption)
    .option('--since <instant>', 'screened at or after (ISO 8601)')
    .option('--until <instant>', 'screened before (ISO 8601)')
    .option('--limit <n>', 'print so many at most', limitOption)
    .addOption(dataOption())
    .addOption(stackOption())
    .addOption(
      new Option('--format <format>', 'how to print').choices(['table', 'json', 'csv']).default('table'),
    )
    .addOption(
      new Option('--rows <what>', 'with --format csv: a row for each finding, or one for each exam').choices(
        ROW_KINDS,
      ),
    )
    .option('--excel', 'with --format csv: as Excel reads it by a double click', false)
    .option(
      '--former-names',
      'with --format csv: by the former names of the columns, for programs that read those',
      false,
    )
    .option('--json', 'print one JSON object a line, one exam each', false)
    .action(results);
}
