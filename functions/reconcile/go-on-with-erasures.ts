import type { ErasableHome } from '../../core/patients/erase-exam.ts';
import { continueErasures } from '../../core/patients/erase-patient.ts';
import { eraseRestored } from '../../core/patients/erase-restored.ts';
import type { Log } from '../../core/ports/log.ts';

export interface ErasuresOptions {
  readonly home: ErasableHome;
  readonly log: Log;
  /** Asked between two steps: `false` ends the call. */
  readonly mayGoOn: () => boolean;
  readonly now?: () => Date;
}

/** Goes on with erasures that were interrupted, and erases again whom a restored table has brought back. */
export async function goOnWithErasures(options: ErasuresOptions): Promise<void> {
  const { home, log, mayGoOn, now = () => new Date() } = options;
  const { resumed, closed } = await continueErasures(home, now);
  if (resumed + closed > 0) log.info('Erasures were gone on with', { resumed, closed });
  const patients = await eraseRestored(home, { now, mayGoOn });
  if (patients > 0) log.warn('A restored table had brought erased patients back', { erasedAgain: patients });
}
