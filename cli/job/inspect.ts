import { Command } from 'commander';
import type { JobView } from '../../core/jobs/reports/job-view.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { JobClient } from './job-client.ts';
import { jobTable, jobText } from './job-text.ts';

interface JobOptions extends EndpointOptions {
  readonly program: string;
  readonly json: boolean;
}

function print(job: JobView, json: boolean): void {
  process.stdout.write(`${json ? JSON.stringify(job) : jobText(job)}\n`);
}

function verb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .requiredOption('--program <id>', 'screening program')
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print one JSON object a line, one job each', false);
}

async function list(options: JobOptions): Promise<void> {
  const jobs: JobView[] = [];
  for await (const job of new JobClient(options).list()) {
    if (options.json) print(job, true);
    else jobs.push(job);
  }
  if (!options.json) process.stdout.write(`${jobs.length === 0 ? 'No jobs.' : jobTable(jobs)}\n`);
}

/** `retclip job list --program P` */
export function jobListCommand(): Command {
  return verb('list', 'list jobs and how far they are').action(list);
}

/** `retclip job show JOB --program P` */
export function jobShowCommand(): Command {
  return verb('show', 'show a job: what was asked for, how far it is, what failed')
    .argument('<job>', 'id of the job')
    .action(async (job: string, options: JobOptions) =>
      print(await new JobClient(options).show(job), options.json),
    );
}

/** `retclip job cancel JOB --program P` */
export function jobCancelCommand(): Command {
  return verb('cancel', 'end a job; results on their way are still written')
    .argument('<job>', 'id of the job')
    .action(async (job: string, options: JobOptions) =>
      print(await new JobClient(options).cancel(job), options.json),
    );
}
