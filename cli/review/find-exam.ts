import { isIdentifier } from '../../core/exams/identifier.ts';
import type { Client } from '../client.ts';
import { CliError, WrongUseError } from '../errors.ts';

export interface ExamAddress {
  readonly patient: string;
  readonly exam: string;
}

/** Patients told of when a name fits several exams. */
const SHOWN = 3;

function checked(address: ExamAddress): ExamAddress {
  for (const [what, name] of Object.entries(address)) {
    if (!isIdentifier(name)) throw new WrongUseError(`${JSON.stringify(name)} names no ${what}.`);
  }
  return address;
}

/**
 * The exam that a user means: `PATIENT/EXAM`, `EXAM` with the patient given apart, or `EXAM` alone where just one
 * patient has an exam of this name.
 *
 * @throws WrongUseError if several patients do
 */
export async function findExam(
  client: Client,
  name: string,
  patient: string | undefined,
): Promise<ExamAddress> {
  if (patient !== undefined) return checked({ patient, exam: name });
  const slash = name.indexOf('/');
  if (slash >= 0) return checked({ patient: name.slice(0, slash), exam: name.slice(slash + 1) });
  const found: string[] = [];
  for await (const line of client.allResults()) {
    if (line.exam === name) found.push(line.patient);
    if (found.length > SHOWN) break;
  }
  const [only] = found;
  if (only === undefined) throw new CliError(`No screened exam is named "${name}".`);
  if (found.length === 1) return { patient: only, exam: name };
  throw new WrongUseError(
    `Several patients have an exam "${name}" (${found.slice(0, SHOWN).join(', ')} …). Say whose: retclip review ${only}/${name}, or --patient ${only}`,
  );
}
