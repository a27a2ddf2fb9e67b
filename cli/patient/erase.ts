import { Command } from 'commander';
import { erasureReceipt } from '../../functions/api/routes/patients.ts';
import { WrongUseError } from '../errors.ts';
import { erasureText } from './erasure-text.ts';
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
