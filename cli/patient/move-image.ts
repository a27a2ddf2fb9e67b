import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import type { Laterality } from '../../core/exams/laterality.ts';
import { parseLaterality } from '../../core/exams/read-laterality.ts';
import { examDetailSchema } from '../../functions/api/schemas.ts';
import { examText } from './exam-text.ts';
import { clientOf, examPath, type PatientOptions, withPatientOptions } from './patient-options.ts';

interface MoveOptions extends PatientOptions {
  readonly exam: string;
  readonly image: string;
  readonly toPatient?: string;
  readonly toExam?: string;
  readonly toEye: Laterality;
  readonly swap: boolean;
  readonly reason: string;
}

function eyeOption(value: string): Laterality {
  const eye = parseLaterality(value);
  if (eye === null) throw new InvalidArgumentError(`Expected left or right but received "${value}".`);
  return eye;
}

async function moveImage(patient: string, options: MoveOptions): Promise<void> {
  const { exam, image, toPatient = patient, toExam = exam, toEye, swap, reason } = options;
  const to = { patient: toPatient, exam: toExam, laterality: toEye };
  const path = `${examPath(patient, exam)}/images/move`;
  const changed = await clientOf(options).call('Moving', examDetailSchema, path, { image, to, swap, reason });
  const text = `${pc.green('Moved')} to ${toPatient}/${toExam}, ${toEye} eye; both exams are screened again.\n${examText(changed)}`;
  process.stdout.write(`${options.json ? JSON.stringify(changed) : text}\n`);
}

/** `retclip patient move-image PATIENT --exam E --image KEY --to-eye left --reason TEXT --program P` */
export function patientMoveImageCommand(): Command {
  return withPatientOptions(
    new Command('move-image')
      .description(
        'move a photograph to the patient, exam and eye that it belongs to; both are screened again',
      )
      .argument('<patient>', 'pseudonym that it lies under now')
      .requiredOption('--exam <id>', 'exam that it is in')
      .requiredOption('--image <key>', 'which photograph, as `patient show` names it')
      .option('--to-patient <id>', 'patient whose it is; the same if left out')
      .option('--to-exam <id>', 'exam that it belongs to; the same if left out')
      .requiredOption('--to-eye <eye>', 'the eye that it shows', eyeOption)
      .option('--swap', 'swap the two eyes of the exam', false)
      .requiredOption('--reason <text>', 'why: it is kept, with who said so')
      .action(moveImage),
  );
}
