import { Command } from 'commander';
import { headsEmbedCommand } from './embed.ts';

/** `retclip heads …` */
export function headsCommand(): Command {
  return new Command('heads')
    .description('read features with heads: embed a cohort, fit heads to its labels')
    .addCommand(headsEmbedCommand());
}
