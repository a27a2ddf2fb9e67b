import { z } from 'zod';
import { EVIDENCE_METHODS } from '../../core/preparation/evidence-maps.ts';

const count = z.number().int().nonnegative();
/** A figure with the bounds of its 95 % interval. */
const figure = z.object({ value: z.number(), low: z.number(), high: z.number() }).strict();

const methodCheckSchema = z
  .object({
    method: z.enum(EVIDENCE_METHODS),
    /** Share of drawn eyes in which the map is highest where the disease was drawn; `null` where none was judged. */
    pointing: figure.nullable(),
    /** Mean over drawn eyes of a map's mean inside of the disease over that outside; `null` where none was judged. */
    insideToOutside: z.number().nullable(),
    /** Insertion less deletion, less that of a random order and of one from the middle outwards, in units of the score. */
    overRandom: figure.nullable(),
    overCentre: figure.nullable(),
    /** Milliseconds of one core for one map. */
    coreMilliseconds: z.number().nonnegative(),
  })
  .strict();
export type MethodCheck = Readonly<z.infer<typeof methodCheckSchema>>;

/** What was seen of one label's maps, and whether they are shown. */
const labelCheckSchema = z
  .object({
    head: z.string().min(1),
    headId: z.string().min(1),
    label: z.string().min(1),
    /** Drawn eyes whose score the disease raises, which the pointing game was played on. */
    drawn: count,
    /** What a point by lot, and one in the middle of the picture, would hit of them. */
    chance: z.number().nullable(),
    centre: z.number().nullable(),
    /** Photographs with a positive finding that were covered and uncovered. */
    photographs: count,
    methods: z.array(methodCheckSchema),
    /** The method by which maps are made; `null` where none passed. */
    shown: z.enum(EVIDENCE_METHODS).nullable(),
    /** Why no map is shown; `null` where one is. */
    why: z.string().nullable(),
  })
  .strict();
export type LabelCheck = Readonly<z.infer<typeof labelCheckSchema>>;

/**
 * How the evidence maps of a bundle's heads were judged. It is part of `model.json` and no part of the bundle's id; it speaks of
 * the heads that it names only.
 */
export const evidenceChecksSchema = z
  .object({
    drawn: z.object({ seed: z.string(), patients: count }).strict(),
    photographs: z
      .object({
        source: z.string().min(1),
        images: count,
        /** SHA-256 over the sorted SHA-256 of every image: names the set. */
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      })
      .strict()
      .nullable(),
    labels: z.array(labelCheckSchema),
    runtime: z.string(),
  })
  .strict();
export type EvidenceChecks = Readonly<z.infer<typeof evidenceChecksSchema>>;
