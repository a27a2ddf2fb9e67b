import type { AuditTrail } from '../../core/audit/audit-trail.ts';
import type { Log } from '../../core/ports/log.ts';
import type { KnownPrograms } from '../../core/programs/known-programs.ts';
import type { Caller } from './caller.ts';
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

/** What a request is about, for the audit trail. */
export interface Audited {
  readonly route: string;
  readonly program: string;
  subjects: readonly string[];
}

/** What each request carries through the API. */
export type ApiEnvironment = {
  Variables: { caller: Caller; services: ApiServices; audited?: Audited };
};
