import { Command } from 'commander';
import { policyFitCommand } from './fit.ts';
import { policyListCommand } from './list.ts';
import { policyMeasureCommand } from './measure.ts';
import { policyShowCommand } from './show.ts';
import { policyUseCommand } from './use.ts';

/** `retclip policy …` */
export function policyCommand(): Command {
  return new Command('policy')
    .description('choose, measure, explain and set what turns findings into outcomes')
    .addCommand(policyListCommand())
    .addCommand(policyShowCommand())
    .addCommand(policyUseCommand())
    .addCommand(policyFitCommand())
    .addCommand(policyMeasureCommand());
}
