import { z } from 'zod';
import { examKeySchema } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { eyeImagesSchema } from '../exams/image-version.ts';
import { activeModelSchema } from '../models/active-model.ts';

/** Asks the worker for one exam's screening. */
export const screeningRequestSchema = z.object({
  schema: z.literal('screening-request/1'),
  requestId: z.string().min(1),
  exam: examKeySchema,
  images: eyeImagesSchema,
  model: activeModelSchema,
  requestedAt: z.iso.datetime(),
});
export type ScreeningRequest = Readonly<z.infer<typeof screeningRequestSchema>>;

/** @returns `null` if nothing is asked of the worker at present */
export function screeningRequestOf(record: ExamRecord): ScreeningRequest | null {
  if (record.status !== 'screening' || record.request === null) return null;
  const { program, patient, exam, request } = record;
  return { schema: 'screening-request/1', exam: { program, patient, exam }, ...request };
}
