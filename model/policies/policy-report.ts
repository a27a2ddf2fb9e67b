import { z } from 'zod';
import { headReferenceSchema } from '../../core/activation/active-model.ts';
import { operatingPointSchema } from './operating-point.ts';

const share = z.number().min(0).max(1);
const count = z.number().int().nonnegative();

/** A limit and what became of it in a cohort. */
const keptLimitSchema = z
  .object({
    /** `null`: any. */
    disease: z.string().nullable(),
    patients: count,
    limit: share,
    /** Patients who could be missed here, so that the limit holds among others with the confidence asked for. */
    allowed: count,
    missed: count,
  })
  .strict();
export type KeptLimit = Readonly<z.infer<typeof keptLimitSchema>>;

const expectedCountSchema = z
  .object({ value: z.number(), interval: z.object({ low: z.number(), high: z.number() }).strict() })
  .strict();

/** What so many people would see, with 95 % intervals. */
export const expectedCountsSchema = z
  .object({
    referred: expectedCountSchema,
    referredSick: expectedCountSchema,
    missed: expectedCountSchema,
    ungradable: expectedCountSchema,
    cleared: expectedCountSchema,
  })
  .strict();

/** What `retclip policy fit` found: readable for ever. */
export const policyFitReportSchema = z
  .object({
    schema: z.literal('policy-fit/1'),
    name: z.string(),
    /** Id of the policy. */
    policy: z.string(),
    /** Id of the bundle. */
    model: z.string(),
    heads: z.array(headReferenceSchema),
    /** In words. */
    aim: z.string(),
    confidence: share,
    /** From which probability on any disease refers. */
    threshold: share,
    /** Of each label. */
    thresholds: z.record(z.string(), share),
    cohorts: z.array(
      z
        .object({
          name: z.string(),
          exams: count,
          patients: count,
          limits: z.array(keptLimitSchema),
          /** On the patients that the thresholds were chosen by: better than others will see. */
          chosenOn: operatingPointSchema,
        })
        .strict(),
    ),
    /** Of the first cohort, each patient judged by thresholds that were chosen without them; means over all rounds. */
    heldOut: z
      .object({
        folds: count,
        rounds: count,
        seed: z.string(),
        figures: operatingPointSchema,
        /** Share of the rounds in which the aim held among all held-out patients; `null` where it names no limit. */
        roundsWithinAim: share.nullable(),
      })
      .strict(),
    population: z
      .object({ people: count, prevalence: share, expected: expectedCountsSchema.nullable() })
      .strict(),
  })
  .strict();
export type PolicyFitReport = Readonly<z.infer<typeof policyFitReportSchema>>;
