import { Command } from 'commander';
import { headsEmbedCommand } from './embed.ts';
import { headsEvalCommand } from './eval.ts';
import { headsFitCommand } from './fit.ts';
import { headsFromPromptsCommand } from './from-prompts.ts';
import { headsPromoteCommand, headsRollbackCommand } from './promote.ts';
import { headsShadowCommand } from './shadow.ts';
import { headsShadowReportCommand } from './shadow-report.ts';

/** `retclip heads …` */
export function headsCommand(): Command {
  return new Command('heads')
    .description(
      'make and measure heads: embed a cohort, fit heads to its labels or compile text prompts, evaluate them',
    )
    .addCommand(headsEmbedCommand())
    .addCommand(headsFitCommand())
    .addCommand(headsFromPromptsCommand())
    .addCommand(headsEvalCommand())
    .addCommand(headsShadowCommand())
    .addCommand(headsShadowReportCommand())
    .addCommand(headsPromoteCommand())
    .addCommand(headsRollbackCommand());
}
