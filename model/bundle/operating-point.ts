import { z } from 'zod';

const text = z.string().trim().min(1);
const share = z.number().min(0).max(1);
const count = z.number().int().nonnegative();
const interval = z.object({ low: z.number(), high: z.number() }).strict();

/** A share of patients, with its 95 % interval. */
const shareSchema = z.object({ value: share, interval, patients: count }).strict();

/** A number of people, with its 95 % interval. */
const peopleSchema = z.object({ value: z.number().nonnegative(), interval }).strict();

/**
 * What a policy of the bundle does to patients: a card's table of what a screening programme would see. Shares are of
 * patients as the pipeline decides about them: all heads, both eyes and the quality gate together.
 */
export const operatingPointSchema = z
  .object({
    /** Name and id of the policy. */
    policy: text,
    policyId: text,
    /** What it was chosen for, in words. */
    aim: text,
    /** Set that it was measured on: the name of one of the card's `data`. */
    data: text,
    /** How: `cross-fitted`, each patient judged by thresholds that were chosen without them. */
    protocol: text,
    /** Of those with any disease, and of those with each: who ends as `recall`. */
    missed: shareSchema,
    missedBy: z.record(z.string(), shareSchema),
    /** Of those without: who ends as `recall`, and who is referred. */
    cleared: shareSchema,
    referredHealthy: shareSchema,
    /** What so many people, of whom so many have disease, would see. */
    population: z
      .object({
        people: count,
        prevalence: share,
        referred: peopleSchema,
        /** Of those referred, who have disease. */
        referredSick: peopleSchema,
        missed: peopleSchema,
        ungradable: peopleSchema,
      })
      .strict(),
    /** What to bear in mind. */
    caveat: text,
  })
  .strict();
export type OperatingPointEntry = Readonly<z.infer<typeof operatingPointSchema>>;
