import { continueErasures, ErasuresFailedError } from '../../core/patients/continue-erasures.ts';
import type { ErasableHome } from '../../core/patients/erase-exam.ts';
import { eraseRestored } from '../../core/patients/erase-restored.ts';
import type { Log } from '../../core/ports/log.ts';

export interface ErasuresOptions {
  readonly home: ErasableHome;
  readonly log: Log;
  /** Asked between two steps: `false` ends the call. */
  readonly mayGoOn: () => boolean;
  readonly now?: () => Date;
}

/**
 * Goes on with erasures that were interrupted, and erases again whom a restored table has brought back. An erasure that
 * cannot be gone on with keeps nothing else from being done.
 *
 * @throws ErasuresFailedError at the end, if one has failed that is to be tried again; what the ports throw
 */
export async function goOnWithErasures(options: ErasuresOptions): Promise<void> {
  const { home, log, mayGoOn, now = () => new Date() } = options;
  const { resumed, closed, failed } = await continueErasures(home, now);
  if (resumed + closed > 0) log.info('Erasures were gone on with', { resumed, closed });
  // Damaged records are shown by the reconciler, as every other damaged record is.
  const again = failed.filter(({ isDamaged }) => !isDamaged);
  for (const { key, reason } of again)
    log.error('An erasure could not be gone on with and is tried again', { key, reason });
  const patients = await eraseRestored(home, { now, mayGoOn });
  if (patients > 0) log.warn('A restored table had brought erased patients back', { erasedAgain: patients });
  if (again.length > 0) throw new ErasuresFailedError(again);
}
