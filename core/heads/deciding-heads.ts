import type { HeadReference } from '../activation/active-model.ts';
import { unassessedEyes } from '../policies/assessed-eyes.ts';
import { DEFAULT_POLICY } from '../policies/outcome-policy.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { type Head, HeadError } from './head.ts';
import { readingsOf } from './head-readings.ts';
import { readHead } from './stored-heads.ts';

/** The heads cannot decide any outcome: every exam would be `not-assessed`. */
export class UndecidedError extends HeadError {}

/**
 * Lets heads pass that cannot decide, where features alone are meant.
 *
 * @param deciding refuses them by an UndecidedError
 * @param featuresOnly whether heads that cannot decide are meant
 * @returns whether they cannot decide
 */
export async function isUndecided(deciding: Promise<void>, featuresOnly: boolean): Promise<boolean> {
  try {
    await deciding;
    return false;
  } catch (error) {
    if (error instanceof UndecidedError && featuresOnly) return true;
    throw error;
  }
}

/**
 * Refuses heads that do not look for disease in both eyes, as the default policy asks.
 *
 * @param remedy what to do instead, for the message
 * @throws UndecidedError if they leave an eye out
 * @throws HeadError if one is stored nowhere
 */
export async function requireDecidingHeads(
  store: ObjectStore,
  heads: readonly HeadReference[],
  model: string,
  remedy: string,
): Promise<void> {
  refuseUndecided(await Promise.all(heads.map((head) => readHead(store, head, model))), model, remedy);
}

/**
 * Refuses heads that do not look for disease in both eyes, as the default policy asks: the same before they are stored.
 *
 * @param remedy what to do instead, for the message
 * @throws UndecidedError if they leave an eye out
 */
export function refuseUndecided(read: readonly Head[], model: string, remedy: string): void {
  const eyes = unassessedEyes(DEFAULT_POLICY, read.flatMap(readingsOf));
  if (eyes.length === 0) return;
  const what = read.length === 0 ? 'Without a head' : `By ${read.map(({ name }) => `"${name}"`).join(', ')}`;
  throw new UndecidedError(
    `${what}, model ${model.slice(0, 12)} looks for no disease in the ${eyes.join(' and the ')} eye: every exam would be not-assessed. ${remedy}`,
  );
}
