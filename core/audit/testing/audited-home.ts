import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { type LocalHome, openLocalHome } from '../../../local/home.ts';
import { AuditTrail } from '../audit-trail.ts';
import { entryAt, keptEntry } from './entries.ts';

export const START = Date.parse('2026-05-01T08:00:00Z');

/** An empty home for each test of a file, whose trail goes by a clock that the test moves. */
export class AuditedHome {
  now = START;
  #directory = '';
  #home: LocalHome | undefined;

  constructor() {
    beforeEach(async () => {
      this.#directory = await mkdtemp(join(tmpdir(), 'audit-'));
      this.#home = await openLocalHome(this.#directory);
      this.now = START;
    });
    afterEach(async () => {
      vi.useRealTimers();
      vi.restoreAllMocks();
      await this.home.close();
      await rm(this.#directory, { recursive: true });
    });
  }

  get home(): LocalHome {
    if (this.#home === undefined) throw new Error('The home is open within a test only.');
    return this.#home;
  }

  /** An entry of this moment. */
  readonly entry = (caller: string, program = 'north') => entryAt(this.now, caller, program);

  /** The same as the trail keeps it. */
  readonly kept = (caller: string, program = 'north') =>
    keptEntry(this.home.objects, this.entry(caller, program));

  readonly trailOf = (options: ConstructorParameters<typeof AuditTrail>[1] = {}) =>
    new AuditTrail(this.home.objects, { now: () => new Date(this.now), ...options });
}
