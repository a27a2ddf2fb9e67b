import { z } from 'zod';

/** Share of patients, at most, of whom any finding may change for a precision to be offered in place of fp32. */
export const MOST_CHANGED_SHARE = 0.01;

/** Patients, at least, on whose photographs that must be seen: of fewer, one in a hundred is less than one patient. */
export const LEAST_PATIENTS = 100;

const count = z.number().int().nonnegative();

/**
 * How a lower precision's findings agreed with those of fp32 on photographs: the evidence by which it is offered or not.
 * It is part of `model.json` and no part of the bundle's id.
 */
export const agreementSchema = z
  .object({
    /** What was looked at: never drawings, which show nothing of photographs. */
    photographs: z
      .object({
        /** Name of the folder or manifest. */
        source: z.string().min(1),
        patients: count,
        exams: count,
        images: count,
        /** SHA-256 over the sorted SHA-256 of every image: names the set. */
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      })
      .strict(),
    /** Heads whose findings were compared. Evidence says nothing of others. */
    heads: z.array(z.object({ name: z.string(), id: z.string() }).strict()).min(1),
    /** Findings compared: one for each label, level and exam. */
    findings: count,
    /** Findings that were positive in one precision and not in the other. */
    changedFindings: count,
    /** Patients of whom at least one finding changed. */
    changed: count,
    /** The largest difference of a probability. */
    largestShift: z.number().min(0).max(1),
    /** The smallest cosine of any feature with fp32's. */
    leastCosine: z.number().min(-1).max(1),
    bound: z.object({ changedShare: z.number(), patients: count }).strict(),
    offered: z.boolean(),
    /** What computed both: `onnxruntime-node 1.23.0, cpu`. */
    runtime: z.string(),
  })
  .strict();

export type Agreement = Readonly<z.infer<typeof agreementSchema>>;

/** Whether evidence suffices to offer a precision. */
export function holds({ photographs, changed }: Pick<Agreement, 'photographs' | 'changed'>): boolean {
  const { patients } = photographs;
  return patients >= LEAST_PATIENTS && changed <= MOST_CHANGED_SHARE * patients;
}
