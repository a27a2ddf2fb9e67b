import { Command } from 'commander';
import { jobCreateCommand } from './create.ts';
import { jobCancelCommand, jobListCommand, jobShowCommand } from './inspect.ts';
import { jobSchedulesCommand, jobUnscheduleCommand } from './schedule.ts';

/** `retclip job …` */
export function jobCommand(): Command {
  return new Command('job')
    .description('screen or re-score a population; see how far it is')
    .addCommand(jobCreateCommand())
    .addCommand(jobListCommand())
    .addCommand(jobShowCommand())
    .addCommand(jobCancelCommand())
    .addCommand(jobSchedulesCommand())
    .addCommand(jobUnscheduleCommand());
}
