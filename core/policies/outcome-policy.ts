import { z } from 'zod';
import { FINDING_LEVELS } from '../exams/finding.ts';
import { RULE_OUTCOMES } from '../exams/outcome.ts';

const probability = z.number().min(0).max(1);

/** What a positive finding leads to. The first rule that fits a finding decides for it. */
export const policyRuleSchema = z
  .object({
    /** A label, or `*` for every label. */
    label: z.string().min(1),
    /** Only findings of this head. */
    head: z.string().min(1).optional(),
    /** Only findings at this level. */
    level: z.enum(FINDING_LEVELS).optional(),
    /** Only findings at least as probable; 0 to 1. */
    minimumProbability: probability.optional(),
    outcome: z.enum(RULE_OUTCOMES),
  })
  .strict();
export type PolicyRule = Readonly<z.infer<typeof policyRuleSchema>>;

/** The program's own threshold for a head's label, in place of the head's: lower or higher. The first that fits counts. */
export const policyThresholdSchema = z
  .object({
    head: z.string().min(1),
    /** Only for this very head: another of the same name keeps its own thresholds. */
    headId: z.string().min(1).optional(),
    label: z.string().min(1),
    /** Only at this level. */
    level: z.enum(FINDING_LEVELS).optional(),
    /**
     * Only for findings that several images became by this rule, as `measuredRule` names it with the number of fields. It counts
     * before a threshold without one, which is for any number of images.
     */
    rule: z.string().min(1).max(100).optional(),
    threshold: probability,
  })
  .strict();
export type PolicyThreshold = Readonly<z.infer<typeof policyThresholdSchema>>;

/** What becomes of an exam about which something is in doubt: nothing beyond the flag, or at least this outcome. */
const doubtSchema = z.enum(['flag', 'ungradable', 'refer']);

/** How a program turns findings and quality into one outcome. */
export const outcomePolicySchema = z
  .object({
    /** Policies of the first form had no name and no thresholds; they are read for ever. */
    schema: z.enum(['outcome-policy/2', 'outcome-policy/1']),
    /** What people call it: `screening`, `balanced`, `triage`, or a program's own. */
    name: z.string().min(1).max(60).optional(),
    rules: z.array(policyRuleSchema).min(1),
    thresholds: z.array(policyThresholdSchema).max(500).default([]),
    /** Outcome of an exam with nothing to refer when an eye is inadequate. Never `recall`: ungradable is not negative. */
    ungradableEye: z.enum(['ungradable', 'refer']),
    /** The same when an eye has no image. `recall` asks for no second eye: for programs that record why one is missing. */
    missingEye: z.enum(['ungradable', 'refer', 'recall']),
    /** When an image shows the other eye than its label says: its findings may then stand at the wrong eye. */
    lateralitySuspect: doubtSchema.default('flag'),
    /** When it is in doubt whose images these are: equal content for two eyes or patients, images of different days. */
    identityDoubt: doubtSchema.default('flag'),
    /** When an image was named as of the macula and shows the disc in its middle, or the other way round; `flag` if absent. */
    fieldDoubtful: doubtSchema.optional(),
    /** When the features of an image lie far from those that the model was trained on; `flag` if absent. */
    unlikeTraining: doubtSchema.optional(),
    /**
     * Outcome of an exam with nothing to refer when an eye is ungradable for its hazy media, as cataract makes them; never
     * less than `ungradableEye`. `refer` if absent: another photograph would be as hazy, and the haze itself is to be seen to.
     */
    mediaOpacity: z.enum(['ungradable', 'refer']).optional(),
  })
  .strict();
export type OutcomePolicy = Readonly<z.infer<typeof outcomePolicySchema>>;

/** Refers on every positive finding but `normal`, and at once where sight may be lost within days. */
export const DEFAULT_POLICY: OutcomePolicy = {
  schema: 'outcome-policy/2',
  rules: [
    { label: 'normal', outcome: 'recall' },
    { label: 'proliferative-diabetic-retinopathy', outcome: 'refer-urgent' },
    { label: 'retinal-detachment', outcome: 'refer-urgent' },
    { label: 'central-retinal-artery-occlusion', outcome: 'refer-urgent' },
    { label: '*', outcome: 'refer' },
  ],
  thresholds: [],
  ungradableEye: 'ungradable',
  missingEye: 'ungradable',
  lateralitySuspect: 'flag',
  identityDoubt: 'flag',
};
