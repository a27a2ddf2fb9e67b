import { Command, Option } from 'commander';
import type { z } from 'zod';
import { OUTCOMES } from '../../core/exams/outcome.ts';
import { REVIEW_STAGES } from '../../core/exams/review.ts';
import { type workListItem, workListPage } from '../../functions/api/review-schemas.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { findingsTexts, sortedFindings } from '../results/finding-text.ts';
import { limitOption } from '../results/limit-option.ts';
import { outcomeText } from '../results/outcome-text.ts';
import { terminalTable } from '../terminal/table.ts';
import { formerByOption } from './by-option.ts';

type Item = z.infer<typeof workListItem>;

interface WorkListOptions extends EndpointOptions {
  readonly program: string;
  readonly stage: string;
  readonly outcome?: string;
  readonly sort: string;
  readonly limit: number;
  readonly json: boolean;
}

async function* waiting(options: WorkListOptions): AsyncGenerator<Item> {
  const client = new Client(() => findEndpoint(options), options.program);
  let left = options.limit;
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({
      stage: options.stage,
      sort: options.sort,
      limit: String(Math.min(left, 500)),
      ...(options.outcome === undefined ? {} : { outcome: options.outcome }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const page = await client.call('Reading the work list', workListPage, `/worklist?${query}`);
    yield* page.items;
    left -= page.items.length;
    cursor = page.cursor;
  } while (cursor !== undefined && left > 0);
}

function rowOf({ patient, exam, result, dueAt, overdue }: Item): string[] {
  const { deciding = [], against = [] } = result === null ? {} : sortedFindings(result);
  const positive = [...findingsTexts(deciding), ...findingsTexts(against).map((text) => `although ${text}`)];
  const due = dueAt === null ? '' : `${dueAt.slice(0, 10)}${overdue === true ? ' overdue' : ''}`;
  return [patient, exam, result === null ? 'blinded' : outcomeText(result), due, positive.join('\n')];
}

async function workList(options: WorkListOptions): Promise<void> {
  const rows: string[][] = [];
  for await (const item of waiting(options)) {
    if (options.json) process.stdout.write(`${JSON.stringify(item)}\n`);
    else rows.push(rowOf(item));
  }
  if (options.json) return;
  const titles = ['patient', 'exam', 'outcome', 'due', 'positive'];
  const table = terminalTable(titles, rows, { foremost: titles.length - 1 });
  const text = rows.length === 0 ? 'Nothing waits.' : `${table}\nResearch use only: not for diagnosis.`;
  process.stdout.write(`${text}\n`);
}

/** `retclip worklist --program P --stage first|second|arbitration` */
export function workListCommand(): Command {
  return new Command('worklist')
    .description('print what waits for a reader, the first to be due first. Research use only')
    .requiredOption('--program <id>', 'screening program')
    .addOption(new Option('--stage <stage>', 'whose work').choices(REVIEW_STAGES).default('first'))
    .addOption(formerByOption())
    .addOption(new Option('--outcome <outcome>', "only this outcome of the machine's").choices(OUTCOMES))
    .addOption(
      new Option('--sort <order>', 'what comes first').choices(['deadline', 'urgency']).default('deadline'),
    )
    .option('--limit <n>', 'print so many at most', limitOption, 100)
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print one JSON object a line, one exam each', false)
    .action(workList);
}
