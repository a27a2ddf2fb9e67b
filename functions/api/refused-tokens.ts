import type { Context } from 'hono';
import { routePath } from 'hono/route';
import type { AuditTrail } from '../../core/audit/audit-trail.ts';
import { isIdentifier } from '../../core/exams/identifier.ts';
import type { KnownPrograms } from '../../core/programs/known-programs.ts';
import { EVERY_PROGRAM } from './caller.ts';

/** Who called is not known: no subject of a token looks so, and no reader can be named so. */
export const NO_CALLER = '(no valid token)';

/** Strangers must not fill the store or the memory: beyond so many a minute, requests are counted and the count is noted. */
const MOST_A_MINUTE = 60;
const MINUTE = 60_000;

/**
 * Notes in the audit trail that somebody without a valid token asked for something: in the trail of the program that the
 * address names, if there is one, else in that of all programs. In AWS the gateway refuses such requests before the
 * function is called; there they stand in the access log.
 */
export class RefusedTokens {
  readonly #audit: Pick<AuditTrail, 'add' | 'isFull'>;
  readonly #programs: Pick<KnownPrograms, 'isKnown'>;
  readonly #elapsed: () => number;
  #minute = 0;
  #noted = 0;
  #unnoted = 0;

  constructor(
    audit: Pick<AuditTrail, 'add' | 'isFull'>,
    programs: Pick<KnownPrograms, 'isKnown'>,
    elapsed: () => number = () => performance.now(),
  ) {
    this.#audit = audit;
    this.#programs = programs;
    this.#elapsed = elapsed;
  }

  async note(context: Context): Promise<void> {
    const minute = Math.floor(this.#elapsed() / MINUTE);
    if (minute !== this.#minute) [this.#minute, this.#noted] = [minute, 0];
    if (this.#noted >= MOST_A_MINUTE || this.#audit.isFull) {
      this.#unnoted += 1;
      return;
    }
    this.#noted += 1;
    const unnoted = this.#unnoted;
    this.#unnoted = 0;
    this.#audit.add({
      at: new Date().toISOString(),
      caller: NO_CALLER,
      method: context.req.method.slice(0, 20),
      route: routePath(context, -1).replaceAll(/:(\w+)/g, '{$1}'),
      program: await this.#programOf(context.req.path),
      subjects: [],
      query: unnoted === 0 ? {} : { requestsNotNoted: String(unnoted) },
      status: 401,
    });
  }

  async #programOf(path: string): Promise<string> {
    const [, encoded = ''] = /^\/v1\/programs\/([^/]+)/.exec(path) ?? [];
    let program: string;
    try {
      program = decodeURIComponent(encoded);
    } catch {
      return EVERY_PROGRAM;
    }
    return isIdentifier(program) && (await this.#programs.isKnown(program)) ? program : EVERY_PROGRAM;
  }
}
