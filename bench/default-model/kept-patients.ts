import { createHash } from 'node:crypto';

/** Share of each set's patients that the default model was not trained on (`training/data/split.py`). */
const KEPT_SHARES = { odir: 0.15, eyepacs: 0.2 } as const;
const SEED = 'retclip-validation-1';

/** Whether a patient was kept from training: a rule, the same as the training's own. */
export function isKept(source: keyof typeof KEPT_SHARES, group: string): boolean {
  const digest = createHash('sha256').update(`${SEED}/${source}/${group}`).digest();
  return Number(digest.readBigUInt64BE()) / 2 ** 64 < KEPT_SHARES[source];
}
