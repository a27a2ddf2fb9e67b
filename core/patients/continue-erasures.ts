import {
  closeErasure,
  type Erased,
  listErasures,
  NOTHING_ERASED,
  plus,
  readStoredErasure,
  type StoredErasure,
} from '../erasures/erasure-record.ts';
import { ConfigurationError, CoreError, reasonOf } from '../errors.ts';
import { PseudonymHash } from '../pseudonyms/pseudonym-hash.ts';
import type { ErasableHome } from './erase-exam.ts';
import { eraseLeftovers } from './erase-leftovers.ts';
import { runErasure } from './erase-patient.ts';

/** An erasure that was not heard of for so long was interrupted. */
const INTERRUPTED_MILLISECONDS = 2 * 60_000;

/** An erasure that could not be gone on with. */
export interface FailedErasure {
  /** Of its record; the patient is a keyed hash in it. */
  readonly key: string;
  readonly reason: string;
  /** `true`: its record cannot be read, and trying again does not help. `false`: it is tried again. */
  readonly isDamaged: boolean;
}

/** Erasures failed that are to be tried again. What else was to be done is done. */
export class ErasuresFailedError extends CoreError {
  constructor(failed: readonly FailedErasure[]) {
    const [first] = failed;
    const which = failed.length === 1 ? 'An erasure' : `${failed.length} erasures`;
    super(`${which} could not be gone on with: "${first?.key}": ${first?.reason} It is tried again.`);
  }
}

/** What was gone on with. */
export interface ContinuedErasures {
  /** Erasures that had been interrupted, and are done now. */
  readonly resumed: number;
  /** Erasures whose leftovers were looked for once more; nothing names their patients now. */
  readonly closed: number;
  /** What was found in the second look. */
  readonly erased: Erased;
  readonly failed: readonly FailedErasure[];
}

interface Step {
  readonly resumed?: 1;
  readonly closed?: 1;
  readonly erased?: Erased;
}

async function step(
  home: ErasableHome,
  pseudonyms: PseudonymHash,
  stored: StoredErasure,
  now: () => Date,
): Promise<Step> {
  const { key, record } = stored;
  const at = now().getTime();
  if (record.state === 'running') {
    if (at - Date.parse(record.seenAt) < INTERRUPTED_MILLISECONDS) return {};
    await runErasure(home, pseudonyms, key, record, now);
    return { resumed: 1 };
  }
  if (record.lookAgainAt !== null && at < Date.parse(record.lookAgainAt)) return {};
  const erased = await eraseLeftovers(home, record, true);
  await closeErasure(home.objects, stored);
  return { closed: 1, erased };
}

/**
 * Goes on with erasures that were interrupted, and looks once more for what late writers have left behind. To be called
 * every few minutes; by two at once does no harm. One that fails keeps no other from being gone on with.
 *
 * @throws what the store throws if it cannot say which erasures there are
 */
export async function continueErasures(home: ErasableHome, now: () => Date): Promise<ContinuedErasures> {
  const pseudonyms = new PseudonymHash(home.objects);
  let [resumed, closed] = [0, 0];
  let erased = NOTHING_ERASED;
  const failed: FailedErasure[] = [];
  for (const key of await listErasures(home.objects)) {
    let isRead = false;
    try {
      const stored = await readStoredErasure(home.objects, key);
      isRead = true;
      if (stored === undefined) continue;
      const done = await step(home, pseudonyms, stored, now);
      resumed += done.resumed ?? 0;
      closed += done.closed ?? 0;
      if (done.erased !== undefined) erased = plus(erased, done.erased);
    } catch (error) {
      const isDamaged = !isRead && error instanceof ConfigurationError;
      failed.push({ key, reason: reasonOf(error), isDamaged });
    }
  }
  return { resumed, closed, erased, failed };
}
