import { Command } from 'commander';
import { patientEraseCommand } from './erase.ts';
import { patientMoveImageCommand } from './move-image.ts';
import { patientShowCommand } from './show.ts';
import { patientWithdrawImageCommand } from './withdraw-image.ts';

/** `retclip patient …` */
export function patientCommand(): Command {
  return new Command('patient')
    .description("a patient's exams and photographs: show them, put right whose they are, erase them")
    .addCommand(patientShowCommand())
    .addCommand(patientMoveImageCommand())
    .addCommand(patientWithdrawImageCommand())
    .addCommand(patientEraseCommand());
}
