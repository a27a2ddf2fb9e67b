import { Command } from 'commander';
import pc from 'picocolors';
import { examsPage } from '../../functions/api/schemas.ts';
import { WrongUseError } from '../errors.ts';
import { examText } from './exam-text.ts';
import {
  clientOf,
  type ExamDetail,
  type PatientOptions,
  patientPath,
  withPatientOptions,
} from './patient-options.ts';

async function show(patient: string, options: PatientOptions): Promise<void> {
  const client = clientOf(options);
  const exams: ExamDetail[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: '100', ...(cursor === undefined ? {} : { cursor }) });
    const page = await client.call(
      'Reading the patient',
      examsPage,
      `${patientPath(patient)}/exams?${query}`,
    );
    exams.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  if (exams.length === 0)
    throw new WrongUseError(`Program "${options.program}" has no exam of patient "${patient}".`);
  const text = [pc.bold(patient), ...exams.map(examText), pc.dim('  Research use only: not for diagnosis.')];
  process.stdout.write(
    options.json ? exams.map((exam) => `${JSON.stringify(exam)}\n`).join('') : `${text.join('\n')}\n`,
  );
}

/** `retclip patient show PATIENT --program P` */
export function patientShowCommand(): Command {
  return withPatientOptions(
    new Command('show')
      .description("a patient's exams, with every photograph of them: current, replaced, withdrawn, doubtful")
      .argument('<patient>', 'pseudonym')
      .action(show),
  );
}
