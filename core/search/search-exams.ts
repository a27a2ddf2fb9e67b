import { z } from 'zod';
import { examKeySchema } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { identifierSchema } from '../exams/identifier.ts';
import { outcomeSchema } from '../exams/outcome.ts';
import type { ExamTable, TextEncoder, VectorIndex, VectorMatch } from '../ports/index.ts';
import { MOST_MATCHES } from '../ports/vector-index.ts';

const settings = {
  limit: z.number().int().min(1).max(MOST_MATCHES).default(20),
  /** Only exams of this outcome. */
  outcome: outcomeSchema.optional(),
};

/** What is searched for: a text, or what is like an exam. */
export const searchRequestSchema = z.union([
  z.object({ text: z.string().trim().min(1).max(500), ...settings }).strict(),
  z.object({ exam: z.object({ patient: identifierSchema, exam: identifierSchema }), ...settings }).strict(),
]);
export type SearchRequest = Readonly<z.infer<typeof searchRequestSchema>>;

export const searchAnswerSchema = z.object({
  /** The model in whose space it was searched. */
  model: z.string(),
  /** `false`: the model is untrained, and likeness means nothing. */
  trained: z.boolean(),
  notice: z.string(),
  /** The most similar first, one exam for each patient. */
  items: z.array(
    examKeySchema.extend({
      /** Cosine, -1 to 1. */
      similarity: z.number(),
      outcome: outcomeSchema,
      screenedAt: z.iso.datetime(),
      flags: z.array(z.string()),
    }),
  ),
});
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;

export interface SearchParts {
  readonly exams: Pick<ExamTable, 'get'>;
  readonly vectors: VectorIndex;
  readonly encoder: TextEncoder;
}

const NOTICE = 'Research use only: likeness is no diagnosis.';
const UNTRAINED = 'The model is untrained: likeness means nothing.';

/** What is searched by, and whom it must not find. */
interface Question {
  readonly model: string;
  readonly trained: boolean;
  readonly vector: Float32Array;
  readonly except?: string;
}

async function questionOf(
  parts: SearchParts,
  program: string,
  request: SearchRequest,
): Promise<Question | undefined> {
  if ('text' in request) return parts.encoder.encode(request.text);
  const key = { program, ...request.exam };
  const result = (await parts.exams.get(key))?.result;
  if (!result) return undefined;
  const vector = await parts.vectors.vectorOf(key, result.model);
  const trained = !result.flags.includes('untrained-model');
  return vector && { model: result.model, trained, vector, except: key.patient };
}

/** The best match of each patient. */
function bestOfPatients(matches: readonly VectorMatch[], except: string | undefined): VectorMatch[] {
  const seen = new Set(except === undefined ? [] : [except]);
  return matches.filter(({ patient }) => {
    if (seen.has(patient)) return false;
    seen.add(patient);
    return true;
  });
}

/**
 * Finds a program's patients by a text, or those that are like one exam's patient: the cosine of RET-CLIP's patient
 * features. An exam that has been erased or screened by another model since it was indexed is left out.
 *
 * @param hides exams that must not be found, nor asked by
 * @returns `undefined` if the exam that is asked by has no features: it is not known, not screened or ungradable
 */
export async function searchExams(
  parts: SearchParts,
  program: string,
  request: SearchRequest,
  hides: (record: ExamRecord) => boolean = () => false,
): Promise<SearchAnswer | undefined> {
  const question = await questionOf(parts, program, request);
  if (question === undefined) return undefined;
  const { model, trained, vector, except } = question;
  const { limit, outcome } = request;
  // Several exams of one patient may come, and the patient that is asked by.
  const asked = Math.min(MOST_MATCHES, 2 * limit + 1);
  const matches = await parts.vectors.search({ program, model, vector, limit: asked, outcome });
  const items = await Promise.all(
    bestOfPatients(matches, except).map(async ({ patient, exam, similarity }) => {
      const record = await parts.exams.get({ program, patient, exam });
      const result = record?.result;
      if (record === undefined || hides(record)) return [];
      if (!result || result.model !== model || (outcome !== undefined && result.outcome !== outcome))
        return [];
      const { screenedAt, flags } = result;
      return [{ program, patient, exam, similarity, outcome: result.outcome, screenedAt, flags }];
    }),
  );
  return {
    model,
    trained,
    notice: trained ? NOTICE : `${NOTICE} ${UNTRAINED}`,
    items: items.flat().slice(0, limit),
  };
}
