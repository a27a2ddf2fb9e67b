import { z } from 'zod';
import { captureProtocolSchema, DEFAULT_PROTOCOL } from '../exams/capture-protocol.ts';
import { DEFAULT_REVIEW_SETTINGS, reviewSettingsSchema } from '../exams/review-settings.ts';
import { PROGRAMS_PREFIX } from '../keys/programs-prefix.ts';
import { DEFAULT_POLICY, outcomePolicySchema } from '../policies/outcome-policy.ts';

/** An SQS delay reaches no further. */
export const LONGEST_PAIRING_WINDOW_SECONDS = 900;

/** What a program may set. */
export const programSettingsSchema = z
  .object({
    schema: z.literal('program-settings/1'),
    /** How long an exam's first eye waits for the second: 0 to 900 s. */
    pairingWindowSeconds: z.number().int().min(0).max(LONGEST_PAIRING_WINDOW_SECONDS),
    /**
     * For how long no further image may come for an exam whose images were not announced, until it is screened: 0 to
     * 900 s.
     */
    settleSeconds: z.number().int().min(0).max(LONGEST_PAIRING_WINDOW_SECONDS).default(60),
    /** Which fields are photographed of each eye. */
    captureProtocol: captureProtocolSchema.default(DEFAULT_PROTOCOL),
    policy: outcomePolicySchema,
    /** How people read what the machine has screened. */
    review: reviewSettingsSchema.default(DEFAULT_REVIEW_SETTINGS),
  })
  .strict();
export type ProgramSettings = Readonly<z.infer<typeof programSettingsSchema>>;

/** Settings of a program that has set nothing. */
export const DEFAULT_SETTINGS: ProgramSettings = {
  schema: 'program-settings/1',
  pairingWindowSeconds: LONGEST_PAIRING_WINDOW_SECONDS,
  settleSeconds: 60,
  captureProtocol: DEFAULT_PROTOCOL,
  policy: DEFAULT_POLICY,
  review: DEFAULT_REVIEW_SETTINGS,
};

/** Object key of a program's settings. */
export function settingsKey(program: string): string {
  return `${PROGRAMS_PREFIX}${program}/settings.json`;
}
