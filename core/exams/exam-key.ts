import { z } from 'zod';
import { identifierSchema } from './identifier.ts';

/** What names one exam: one visit of one patient in one program. */
export const examKeySchema = z.object({
  program: identifierSchema,
  patient: identifierSchema,
  exam: identifierSchema,
});

export type ExamKey = Readonly<z.infer<typeof examKeySchema>>;

/** One text for an exam, for messages and logs: `program/patient/exam`. */
export function examName(key: ExamKey): string {
  return `${key.program}/${key.patient}/${key.exam}`;
}
