import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { reasonOf } from '../../core/errors.ts';
import { BundleError } from '../errors.ts';
import { operatingPointSchema } from './operating-point.ts';

const text = z.string().trim().min(1);
const count = z.number().int().nonnegative();
const name = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);

/** A set of photographs that the model has seen, or was measured on. */
const dataSchema = z
  .object({
    name: text,
    use: z.enum(['training', 'validation', 'test']),
    patients: count.optional(),
    images: count.optional(),
    /** Publisher and licence, as far as they are stated. */
    source: text,
    notes: text.optional(),
  })
  .strict();

/** One measured figure. Figures of a group stand beside those of everybody. */
const figureSchema = z
  .object({
    /** Set that it was measured on: the name of one of `data`. */
    data: text,
    /** What was asked: `label`, `grade`, `retrieval`, `laterality`. */
    task: name,
    /** Label of the findings, where it is of one. */
    label: name.optional(),
    metric: name,
    value: z.number(),
    /** Bounds within which the figure lies at the given confidence. */
    interval: z
      .object({ low: z.number(), high: z.number(), confidence: z.number().gt(0).lt(1) })
      .strict()
      .optional(),
    /** How it was measured: `linear head on frozen features`. */
    protocol: text,
    /** Patients, eyes or exams that it was measured on. */
    units: count,
    positive: count.optional(),
    /** Which of them: `{ by: 'age', value: '60 and older' }`. */
    group: z.object({ by: name, value: text }).strict().optional(),
  })
  .strict()
  .refine(({ interval, value }) => interval === undefined || interval.low <= value, 'lies below its interval')
  .refine(
    ({ interval, value }) => interval === undefined || interval.high >= value,
    'lies above its interval',
  )
  .refine(({ positive = 0, units }) => positive <= units, 'has more positives than units');

/**
 * What a bundle's makers say of it: data, training, measured figures, limits.
 *
 * Source: Mitchell et al., Model Cards for Model Reporting, FAT* 2019 (arXiv 1810.03993).
 */
export const modelCardSchema = z
  .object({
    summary: text,
    data: z.array(dataSchema).min(1),
    training: z
      .object({
        method: text,
        /** Settings that another training would need. */
        settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
        /** What it ran on, and for how long. */
        effort: text.optional(),
      })
      .strict(),
    /** Empty where nothing was measured. */
    accuracy: z.array(figureSchema),
    /** What each of the bundle's policies does. */
    operatingPoints: z.array(operatingPointSchema).optional(),
    limitations: z.array(text),
    mustNotBeUsedFor: z.array(text).min(1),
  })
  .strict()
  .superRefine(({ data, accuracy, operatingPoints = [] }, context) => {
    const names = new Set(data.map((set) => set.name));
    for (const [index, point] of operatingPoints.entries()) {
      if (names.has(point.data)) continue;
      context.addIssue({
        code: 'custom',
        path: ['operatingPoints', index, 'data'],
        message: `names "${point.data}", which is none of the card's data`,
      });
    }
    for (const [index, figure] of accuracy.entries()) {
      if (names.has(figure.data)) continue;
      context.addIssue({
        code: 'custom',
        path: ['accuracy', index, 'data'],
        message: `names "${figure.data}", which is none of the card's data`,
      });
    }
  });

export type ModelCard = Readonly<z.infer<typeof modelCardSchema>>;
/** One measured figure of a card. */
export type ModelCardFigure = ModelCard['accuracy'][number];

/**
 * Reads a model card from a JSON file.
 *
 * @throws BundleError naming the file and every field at fault
 */
export async function readModelCard(path: string): Promise<ModelCard> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new BundleError(`Model card "${path}" cannot be read as JSON: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  const parsed = modelCardSchema.safeParse(content);
  if (!parsed.success) {
    throw new BundleError(`Model card "${path}" is not sound: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
