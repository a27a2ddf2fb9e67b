import { setTimeout as delay } from 'node:timers/promises';
import { ScenarioError } from '../errors.ts';

const PAUSE_MILLISECONDS = 250;
/** Far beyond what anything of the scenario takes: only what never comes is given up. */
const PATIENCE_MILLISECONDS = 180_000;

/**
 * Asks until there is an answer.
 *
 * @param what is waited for, for messages
 * @throws ScenarioError if it does not come
 */
export async function waitUntil<Value>(
  what: string,
  ask: () => Promise<Value | undefined> | Value | undefined,
): Promise<Value> {
  const until = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > until) throw new ScenarioError(`Waited in vain for ${what}.`);
    await delay(PAUSE_MILLISECONDS);
  }
}
