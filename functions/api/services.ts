import type { AuditTrail } from '../../core/audit/audit-trail.ts';
import type { Log } from '../../core/ports/log.ts';
import type { KnownPrograms } from '../../core/programs/known-programs.ts';
import type { RefusedTokens } from './refused-tokens.ts';
import type { SentOnce } from './sent-once.ts';

/** What routes share besides the home. */
export interface ApiServices {
  readonly audit: AuditTrail;
  readonly refusedTokens: RefusedTokens;
  readonly sentOnce: SentOnce;
  readonly programs: KnownPrograms;
  readonly log: Log;
}
