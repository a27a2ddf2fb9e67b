import { z } from 'zod';
import { headReferenceSchema } from '../activation/active-model.ts';
import { reasonOf } from '../errors.ts';
import { examKeySchema } from '../exams/exam-key.ts';
import { screeningOutputSchema } from '../exams/exam-result.ts';
import { scoredFindingSchema } from '../exams/finding.ts';
import { fromResult1 } from '../exams/former/result-1.ts';

/** The worker's answer to one request. */
const currentSchema = z.object({
  schema: z.literal('screening-result/2'),
  exam: examKeySchema,
  output: screeningOutputSchema,
  /** What heads in shadow find; absent where none was asked for. */
  shadow: z
    .object({ heads: z.array(headReferenceSchema), findings: z.array(scoredFindingSchema) })
    .optional(),
});
export type ScreeningResult = Readonly<z.infer<typeof currentSchema>>;

/** The first form had no list of images, and its workers judged findings, which the policy does. */
const formerSchema = z
  .object({
    schema: z.literal('screening-result/1'),
    exam: z.unknown(),
    output: z.looseObject({}),
    shadow: z.looseObject({}).optional(),
  })
  .transform(({ exam, output, shadow }, context): unknown => {
    try {
      const { shadow: tried, ...brought } = fromResult1({
        ...output,
        ...(shadow === undefined ? {} : { shadow }),
      });
      return { schema: 'screening-result/2', exam, output: brought, shadow: tried };
    } catch (error) {
      context.addIssue({ code: 'custom', message: reasonOf(error) });
      return z.NEVER;
    }
  })
  .pipe(currentSchema);

/** Reads a result of any form that was ever sent. */
export const screeningResultSchema = z.discriminatedUnion('schema', [currentSchema, formerSchema]);
