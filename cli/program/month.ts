import { Command, InvalidArgumentError, Option } from 'commander';
import { monthCsv } from '../../core/summary/month-csv.ts';
import { type MonthReport, monthReportSchema } from '../../core/summary/month-report.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { colours as pc } from '../terminal/colours.ts';

interface MonthOptions extends EndpointOptions {
  readonly program: string;
  readonly month: string;
  readonly invited?: number;
  readonly format: 'text' | 'json' | 'csv';
}

function monthOption(text: string): string {
  if (/^\d{4}-(?:0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError('Say a month as 2026-05.');
}

function invitedOption(text: string): number {
  const invited = Number(text);
  if (Number.isInteger(invited) && invited > 0) return invited;
  throw new InvalidArgumentError('Say how many patients were invited: a whole number above 0.');
}

const percent = (share: number | null) => (share === null ? 'unknown' : `${(100 * share).toFixed(1)} %`);
const hours = (value: number | null) => (value === null ? 'unknown' : `${value.toFixed(1)} h`);

/** A month's figures for a person. */
export function monthText(report: MonthReport): string {
  const { program, month, uptake, exams, ungradable, referred, turnaround, agreement, truncated } = report;
  const came = uptake.invited === null ? 'say --invited to know the uptake' : percent(uptake.share);
  const kappa = agreement.kappa === null ? 'unknown' : agreement.kappa.toFixed(2);
  const lines = [
    `${pc.bold(program)} ${month}: ${exams} exams of ${uptake.patients} patients`,
    `uptake       ${came}`,
    `ungradable   ${ungradable.exams}, ${percent(ungradable.share)}`,
    ...ungradable.reasons.map(({ reason, photographs }) => `             ${reason} ${photographs}`),
    `referred     ${referred.exams}, ${percent(referred.share)}; urgent ${referred.urgent}`,
    `turnaround   ${turnaround.exams} read: median ${hours(turnaround.medianHours)}, nine of ten within ${hours(turnaround.p90Hours)}; late ${turnaround.late}`,
    `agreement    ${percent(agreement.observed)} of readings with the model, kappa ${kappa}`,
    ...(truncated
      ? [pc.yellow('There was more than one answer looks at: these are figures of a part.')]
      : []),
    pc.dim('Days and months are of UTC. Research use only: not for diagnosis.'),
  ];
  return lines.join('\n');
}

async function month(options: MonthOptions): Promise<void> {
  const { program, invited, format } = options;
  const client = new Client(() => findEndpoint(options), program);
  const query = invited === undefined ? '' : `?invited=${invited}`;
  const report = await client.call(
    'Reading the month',
    monthReportSchema,
    `/months/${options.month}${query}`,
  );
  const texts = {
    text: () => `${monthText(report)}\n`,
    json: () => `${JSON.stringify(report)}\n`,
    csv: () => monthCsv(report),
  };
  process.stdout.write(texts[format]());
}

/** `retclip program month --program P --month 2026-05` */
export function programMonthCommand(): Command {
  return new Command('month')
    .description("a month's figures: uptake, ungradable, referred, turnaround, agreement. Research use only")
    .requiredOption('--program <id>', 'screening program')
    .requiredOption('--month <month>', 'which, as 2026-05, in UTC', monthOption)
    .option('--invited <n>', 'how many patients were invited, for the uptake', invitedOption)
    .addOption(
      new Option('--format <format>', 'how it is printed').choices(['text', 'json', 'csv']).default('text'),
    )
    .addOption(dataOption())
    .addOption(stackOption())
    .action(month);
}
