import { Command } from 'commander';
import pc from 'picocolors';
import { examDetailSchema } from '../../functions/api/schemas.ts';
import { examText } from './exam-text.ts';
import { clientOf, examPath, type PatientOptions, withPatientOptions } from './patient-options.ts';

interface WithdrawOptions extends PatientOptions {
  readonly exam: string;
  readonly image: string;
  readonly reason: string;
}

async function withdrawImage(patient: string, options: WithdrawOptions): Promise<void> {
  const { exam, image, reason } = options;
  const path = `${examPath(patient, exam)}/images/withdraw`;
  const changed = await clientOf(options).call('Withdrawing', examDetailSchema, path, { image, reason });
  const text = `${pc.green('Withdrawn')}; the exam is screened by what is left.\n${examText(changed)}`;
  process.stdout.write(`${options.json ? JSON.stringify(changed) : text}\n`);
}

/** `retclip patient withdraw-image PATIENT --exam E --image KEY --reason TEXT --program P` */
export function patientWithdrawImageCommand(): Command {
  return withPatientOptions(
    new Command('withdraw-image')
      .description('take a photograph out of an exam that it does not belong to; the exam is screened again')
      .argument('<patient>', 'pseudonym')
      .requiredOption('--exam <id>', 'exam that it is in')
      .requiredOption('--image <key>', 'which photograph, as `patient show` names it')
      .requiredOption('--reason <text>', 'why: it is kept, with who said so')
      .action(withdrawImage),
  );
}
