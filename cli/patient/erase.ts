import { Command } from 'commander';
import pc from 'picocolors';
import type { z } from 'zod';
import { erasureReceipt } from '../../functions/api/routes/patients.ts';
import { WrongUseError } from '../errors.ts';
import { clientOf, type PatientOptions, patientPath, withPatientOptions } from './patient-options.ts';

type Receipt = z.infer<typeof erasureReceipt>;

/** What each number counts, for people. */
const COUNTED: Readonly<Record<keyof Receipt['erased'], string>> = {
  exams: 'exams',
  images: 'photographs in all versions',
  results: 'results',
  reviews: 'reviews',
  features: 'rows of features',
  jobLines: 'lines of jobs',
  answers: 'remembered answers',
  mentions: "other patients' exams that named this one",
  messages: 'messages',
  events: 'events',
  logLines: 'lines of logs',
  auditEntries: 'former audit entries and receipts, hashed',
};

/** What was erased, and what stays where, for how long. */
function erasureText({ erased, receipt, lookAgainAt, remaining }: Receipt): string {
  const counts = Object.entries(COUNTED).flatMap(([name, text]) => {
    const count = erased[name as keyof Receipt['erased']];
    return count > 0 ? [`${count} ${text}`] : [];
  });
  const places = remaining.map(({ place, holds, days }) => {
    const until = days === null ? 'until you remove them' : `for ${days} days at most`;
    return `  ${place}: ${holds}, ${until}`;
  });
  return [
    `${pc.green('Erased')} ${counts.length === 0 ? 'nothing: no such patient was there' : counts.join(', ')}.`,
    `Receipt ${receipt}. What others were just writing is looked for once more after ${lookAgainAt}.`,
    ...(places.length === 0 ? [] : ['What no erasure reaches:', ...places]),
  ].join('\n');
}

interface EraseOptions extends PatientOptions {
  readonly yes: boolean;
}

async function erase(patient: string, options: EraseOptions): Promise<void> {
  if (!options.yes) {
    throw new WrongUseError(
      `Erasing takes photographs, features, results and reviews of "${patient}" away for good. If that is meant: --yes`,
    );
  }
  const receipt = await clientOf(options).call('Erasing', erasureReceipt, patientPath(patient), undefined, {
    method: 'DELETE',
  });
  process.stdout.write(`${options.json ? JSON.stringify(receipt) : erasureText(receipt)}\n`);
}

/** `retclip patient erase PATIENT --program P --yes` */
export function patientEraseCommand(): Command {
  return withPatientOptions(
    new Command('erase')
      .description(
        'erase a patient for good: photographs, features, results, reviews, and what names the patient',
      )
      .argument('<patient>', 'pseudonym')
      .option('--yes', 'that is meant', false)
      .action(erase),
  );
}
