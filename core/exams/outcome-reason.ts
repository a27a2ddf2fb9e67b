import { z } from 'zod';
import { type Field, fieldSchema } from './field.ts';
import { FINDING_LEVELS, type Finding } from './finding.ts';
import { lateralitySchema } from './laterality.ts';
import { isNegative, type Outcome, outcomeSchema } from './outcome.ts';
import { UNGRADABLE_REASONS } from './quality.ts';

const probability = z.number().min(0).max(1);
const called = { outcome: outcomeSchema };
const ofEye = { ...called, eye: lateralitySchema };

/** One thing that called for an outcome. The most urgent of all is the exam's. */
export const outcomeReasonSchema = z.discriminatedUnion('because', [
  z.object({
    ...called,
    because: z.literal('finding'),
    level: z.enum(FINDING_LEVELS),
    head: z.string(),
    label: z.string(),
    probability,
    threshold: probability,
  }),
  z.object({ ...ofEye, because: z.literal('ungradable-eye'), reason: z.enum(UNGRADABLE_REASONS) }),
  z.object({ ...ofEye, because: z.literal('missing-eye') }),
  /** Gradable, but no gradable image of it shows the macula, or another field of the program's protocol. */
  z.object({
    ...ofEye,
    because: z.literal('inadequate-eye'),
    /** What its primary image shows. */
    field: fieldSchema.nullable(),
    /** The fields that are missing; absent where it is the macula alone. */
    missing: z.array(fieldSchema).optional(),
  }),
  z.object({ ...ofEye, because: z.literal('laterality-suspect') }),
  /** A photograph of it was named as of the macula and shows the disc in its middle, or the other way round. */
  z.object({ ...ofEye, because: z.literal('field-doubtful') }),
  /** The features of a photograph of it lie far from those that the model was trained on. */
  z.object({ ...ofEye, because: z.literal('unlike-training') }),
  /** No head spoke of disease in this eye. */
  z.object({ ...ofEye, because: z.literal('no-evidence') }),
  z.object({ ...called, because: z.literal('identity-doubt'), doubt: z.string() }),
]);
export type OutcomeReason = Readonly<z.infer<typeof outcomeReasonSchema>>;

/** The reason that a positive finding is. */
export function findingReason(outcome: Outcome, finding: Finding): OutcomeReason {
  const { level, head, label, probability: found, threshold } = finding;
  return { outcome, because: 'finding', level, head, label, probability: found, threshold };
}

function fieldText(field: Field): string {
  return field === 'other' ? 'another field' : `its ${field}`;
}

/** A share with as many digits as it takes to tell it from its threshold, 2 at least. */
function figures(found: number, threshold: number): readonly [string, string] {
  for (let digits = 2; digits < 6; digits += 1) {
    const texts = [found.toFixed(digits), threshold.toFixed(digits)] as const;
    if (texts[0] !== texts[1] || found === threshold) return texts;
  }
  return [String(found), String(threshold)];
}

/**
 * A reason in words, without its outcome.
 *
 * @example reasonText(reason) // 'diabetic-retinopathy 0.44, threshold 0.33 (patient, head odir)'
 */
export function reasonText(reason: OutcomeReason): string {
  switch (reason.because) {
    case 'finding': {
      const { label, level, head } = reason;
      const [found, threshold] = figures(reason.probability, reason.threshold);
      return `${label} ${found}, threshold ${threshold} (${level === 'patient' ? level : `${level} eye`}, head ${head})`;
    }
    case 'ungradable-eye':
      return `the ${reason.eye} eye is ungradable: ${reason.reason}`;
    case 'missing-eye':
      return `the ${reason.eye} eye has no photograph`;
    case 'inadequate-eye':
      return reason.missing === undefined
        ? `no photograph of the ${reason.eye} eye shows its macula`
        : `no gradable photograph of the ${reason.eye} eye shows ${reason.missing.map(fieldText).join(' or ')}`;
    case 'laterality-suspect':
      return `the photograph of the ${reason.eye} eye seems to show the other eye`;
    case 'field-doubtful':
      return `a photograph of the ${reason.eye} eye seems to show another field than it was named`;
    case 'unlike-training':
      return `a photograph of the ${reason.eye} eye is unlike those that the model was trained on`;
    case 'no-evidence':
      return `no head assessed the ${reason.eye} eye for disease`;
    case 'identity-doubt':
      return `it is in doubt whose photographs these are: ${reason.doubt}`;
  }
}

const NOTHING_FOUND = 'every eye was assessed, and no finding of disease reaches its threshold';

/**
 * Why an outcome is what it is, in one sentence; what speaks against it is said as well.
 *
 * @example explain('refer', reasons) // 'refer: glaucoma 0.61, threshold 0.40 (patient, head odir); although normal 0.95, threshold 0.50 (patient, head odir)'
 */
export function explain(outcome: Outcome, reasons: readonly OutcomeReason[]): string {
  const texts = (fits: (called: Outcome) => boolean) =>
    reasons.filter((reason) => fits(reason.outcome)).map(reasonText);
  const own = texts((called) => called === outcome);
  const besides = texts((called) => called !== outcome && !isNegative(called));
  const against = texts((called) => called !== outcome && isNegative(called));
  return [
    own.length > 0 ? `${outcome}: ${own.join('; ')}` : `${outcome}: ${NOTHING_FOUND}`,
    ...(besides.length > 0 ? [`besides, ${besides.join('; ')}`] : []),
    ...(against.length > 0 ? [`although ${against.join('; ')}`] : []),
  ].join('; ');
}
