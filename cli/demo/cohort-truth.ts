import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const eyeSchema = z.object({ quality: z.string() }).nullable();

const truthSchema = z.object({
  patients: z.array(
    z.object({ patient: z.string(), labels: z.array(z.string()), left: eyeSchema, right: eyeSchema }),
  ),
});

/** What the phantoms of a cohort were drawn with. */
export type CohortTruth = Readonly<z.infer<typeof truthSchema>>;

export async function readCohortTruth(cohort: string): Promise<CohortTruth> {
  return truthSchema.parse(JSON.parse(await readFile(join(cohort, 'truth.json'), 'utf8')));
}
