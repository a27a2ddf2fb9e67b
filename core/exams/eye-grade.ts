import { z } from 'zod';

/**
 * How a program's readers grade diabetic retinopathy.
 *
 * - `icdr`: the International Clinical Diabetic Retinopathy severity scale, 0 to 4 (Wilkinson et al., Ophthalmology 2003).
 * - `r-m`: retinopathy and maculopathy of the English screening programme (Harding et al., Diabetic Medicine 2003; R3 is
 *   told apart as active and stable).
 */
export const GRADING_SCHEMES = ['icdr', 'r-m'] as const;
export type GradingScheme = (typeof GRADING_SCHEMES)[number];

/** From no retinopathy to treated or stable proliferative retinopathy. */
export const R_GRADES = ['R0', 'R1', 'R2', 'R3A', 'R3S'] as const;
export const M_GRADES = ['M0', 'M1'] as const;

/** 0 none, 1 mild, 2 moderate, 3 severe non-proliferative, 4 proliferative. */
export const MOST_ICDR = 4;

export const icdrGradeSchema = z
  .object({ scheme: z.literal('icdr'), retinopathy: z.number().int().min(0).max(MOST_ICDR) })
  .strict();
export const rmGradeSchema = z
  .object({ scheme: z.literal('r-m'), retinopathy: z.enum(R_GRADES), maculopathy: z.enum(M_GRADES) })
  .strict();
export const gradeSchema = z.discriminatedUnion('scheme', [icdrGradeSchema, rmGradeSchema]);
export type Grade = Readonly<z.infer<typeof gradeSchema>>;

export const READ_QUALITIES = ['gradable', 'ungradable'] as const;
export const OEDEMA = ['none', 'suspected'] as const;

/** What a reader saw of one eye. */
export const eyeGradeSchema = z
  .object({
    /** Whether its photographs suffice to grade it, by the reader's own eye. */
    quality: z.enum(READ_QUALITIES),
    /** `null`: not graded. */
    grade: gradeSchema.nullable(),
    /** Macular oedema; `null`: not looked for. */
    oedema: z.enum(OEDEMA).nullable(),
    /** What else is there: labels of the program's heads, each once. */
    findings: z.array(z.string().min(1).max(100)).max(50),
  })
  .strict();
export type EyeGrade = Readonly<z.infer<typeof eyeGradeSchema>>;

/** Both eyes of one reader's verdict; `null`: the reader said nothing of this eye. */
export const eyeGradesSchema = z
  .object({ left: eyeGradeSchema.nullable(), right: eyeGradeSchema.nullable() })
  .strict();
export type EyeGrades = Readonly<z.infer<typeof eyeGradesSchema>>;

/**
 * Whether what a reader saw of an eye asks for an ophthalmologist: more than mild retinopathy, or a macula in danger
 * (International Council of Ophthalmology, Guidelines for Diabetic Eye Care, 2017).
 *
 * @example isReferable({ quality: 'gradable', grade: { scheme: 'icdr', retinopathy: 1 }, oedema: null, findings: [] }) // false
 */
export function isReferable({ grade, oedema }: EyeGrade): boolean {
  if (oedema === 'suspected') return true;
  if (grade === null) return false;
  if (grade.scheme === 'icdr') return grade.retinopathy > 1;
  return grade.maculopathy === 'M1' || !['R0', 'R1', 'R3S'].includes(grade.retinopathy);
}
