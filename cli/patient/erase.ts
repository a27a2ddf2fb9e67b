import { Command } from 'commander';
import pc from 'picocolors';
import { erasureReceipt } from '../../functions/api/routes/patients.ts';
import { WrongUseError } from '../errors.ts';
import { clientOf, type PatientOptions, patientPath, withPatientOptions } from './patient-options.ts';

interface EraseOptions extends PatientOptions {
  readonly yes: boolean;
}

async function erase(patient: string, options: EraseOptions): Promise<void> {
  if (!options.yes) {
    throw new WrongUseError(
      `Erasing takes photographs, features, results and reviews of "${patient}" away for good. If that is meant: --yes`,
    );
  }
  const receipt = await clientOf(options).call(
    'Erasing',
    erasureReceipt,
    patientPath(patient),
    undefined,
    'DELETE',
  );
  const { exams, images, results, reviews, features } = receipt.erased;
  const text = `${pc.green('Erased')} ${exams} exams, ${images} photographs, ${results} results, ${reviews} reviews, ${features} rows of features. Receipt ${receipt.receipt}`;
  process.stdout.write(`${options.json ? JSON.stringify(receipt) : text}\n`);
}

/** `retclip patient erase PATIENT --program P --yes` */
export function patientEraseCommand(): Command {
  return withPatientOptions(
    new Command('erase')
      .description('erase a patient for good: photographs, features, results and reviews')
      .argument('<patient>', 'pseudonym')
      .option('--yes', 'that is meant', false)
      .action(erase),
  );
}
