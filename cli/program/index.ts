import { Command } from 'commander';
import { programCamerasCommand } from './cameras.ts';
import { programFieldsCommand } from './fields.ts';
import { programMonthCommand } from './month.ts';
import { programSetCommand } from './set.ts';
import { programShowCommand } from './show.ts';

/** `retclip program …` */
export function programCommand(): Command {
  return new Command('program')
    .description("show and set a program's waiting times, capture protocol, reading and policy")
    .addCommand(programShowCommand())
    .addCommand(programSetCommand())
    .addCommand(programFieldsCommand())
    .addCommand(programMonthCommand())
    .addCommand(programCamerasCommand());
}
