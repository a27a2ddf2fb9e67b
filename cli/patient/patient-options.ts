import type { Command } from 'commander';
import type { z } from 'zod';
import type { examDetailSchema } from '../../functions/api/schemas.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { dataOption, stackOption } from '../options/system.ts';

export type ExamDetail = z.infer<typeof examDetailSchema>;

/** Options of every verb about a patient. */
export interface PatientOptions extends EndpointOptions {
  readonly program: string;
  readonly json: boolean;
}

export function withPatientOptions(command: Command): Command {
  return command
    .requiredOption('--program <id>', 'screening program')
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print JSON', false);
}

export function clientOf(options: PatientOptions): Client {
  return new Client(() => findEndpoint(options), options.program);
}

export function patientPath(patient: string): string {
  return `/patients/${encodeURIComponent(patient)}`;
}

export function examPath(patient: string, exam: string): string {
  return `${patientPath(patient)}/exams/${encodeURIComponent(exam)}`;
}
