import { Command } from 'commander';
import { headsEmbedCommand } from './embed.ts';
import { headsFromPromptsCommand } from './from-prompts.ts';

/** `retclip heads …` */
export function headsCommand(): Command {
  return new Command('heads')
    .description('make heads: embed a cohort, fit heads to its labels or compile text prompts')
    .addCommand(headsEmbedCommand())
    .addCommand(headsFromPromptsCommand());
}
