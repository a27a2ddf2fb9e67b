import type { Sweep } from './sweep.ts';

/** Names nothing: a store that can say so can be reached. */
const NOBODY = { program: 'reconciliation', patient: 'nobody', exam: 'nothing' };

/**
 * Tells a thing that is damaged from a service that cannot be reached: after a fault something else is asked for.
 *
 * @throws what the service throws if it cannot be reached: the step is repeated later
 */
export async function checkTableIsReachable(sweep: Sweep): Promise<void> {
  await sweep.home.exams.get(NOBODY);
}

/** The same of the object store. */
export async function checkStoreIsReachable(sweep: Sweep): Promise<void> {
  await sweep.home.objects.head('reconciliation/nothing');
}
