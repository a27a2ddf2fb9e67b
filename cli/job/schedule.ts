import { Command } from 'commander';
import type { EndpointOptions } from '../endpoint.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { colours as pc } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';
import { JobClient, type ScheduleView } from './job-client.ts';

interface ScheduleOptions extends EndpointOptions {
  readonly program: string;
  readonly json: boolean;
}

/** One schedule for a terminal. */
export function scheduleText(schedule: ScheduleView): string {
  const { schedule: id, expression, timeZone, request, state, nextRun } = schedule;
  return [
    `${pc.bold(id)} · ${request.mode} · ${expression} in ${timeZone}`,
    `  ${state === 'deleted' ? 'deleted' : `next ${nextRun ?? 'never again'}`}`,
  ].join('\n');
}

function verb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .requiredOption('--program <id>', 'screening program')
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print one JSON object a line, one schedule each', false);
}

async function list(options: ScheduleOptions): Promise<void> {
  const rows: string[][] = [];
  for await (const schedule of new JobClient(options).listSchedules()) {
    if (options.json) process.stdout.write(`${JSON.stringify(schedule)}\n`);
    const { schedule: id, request, expression, timeZone, state, nextRun } = schedule;
    rows.push([id, request.mode, expression, timeZone, state === 'deleted' ? 'deleted' : (nextRun ?? '–')]);
  }
  if (options.json) return;
  const table = terminalTable(['schedule', 'mode', 'when', 'time zone', 'next'], rows);
  process.stdout.write(`${rows.length === 0 ? 'No schedules.' : table}\n`);
}

/** `retclip job schedules --program P` */
export function jobSchedulesCommand(): Command {
  return verb('schedules', 'list schedules of jobs and when each is due next').action(list);
}

/** `retclip job unschedule SCHEDULE --program P` */
export function jobUnscheduleCommand(): Command {
  return verb('unschedule', 'end a schedule; the jobs that it created stay')
    .argument('<schedule>', 'id of the schedule')
    .action(async (schedule: string, options: ScheduleOptions) => {
      const ended = await new JobClient(options).deleteSchedule(schedule);
      process.stdout.write(`${options.json ? JSON.stringify(ended) : scheduleText(ended)}\n`);
    });
}
