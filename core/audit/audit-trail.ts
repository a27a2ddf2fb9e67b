import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ConfigurationError, ObjectNotFoundError } from '../errors.ts';
import type { ObjectStore, Page, PageRequest } from '../ports/index.ts';
import { checkLimit, decodeCursor, encodeCursor } from '../ports/page-cursor.ts';
import { type AuditEntry, auditEntrySchema } from './audit-entry.ts';

/** Every part of a trail begins so. */
export const AUDIT_PREFIX = 'audit/';

/** Where a program's entries lie. Those of all programs lie where no program's can: names of programs begin otherwise. */
function prefixOf(program: string): string {
  return `${AUDIT_PREFIX}${program === '*' ? '.all' : program}/`;
}

/** Later than any instant: what is subtracted from it sorts newest first. */
const END_OF_TIME = 9_999_999_999_999;
/** Parts of a trail that are read at once. */
const PARTS_READ = 50;

export interface AuditTrailOptions {
  /** How long entries may wait for others to be written with; they wait until `flush` if left out. */
  readonly waitMilliseconds?: number;
  readonly now?: () => Date;
  /** Told when entries could not be written; they are kept and tried again with the next. */
  readonly onFault?: (error: Error) => void;
}

/**
 * Who read and changed what, by program: append-only, in objects that are written once under keys that sort newest
 * first. Nothing waits for an entry that is added; `flush` writes all that wait.
 *
 * @example
 * trail.add(entry);
 * await trail.flush();
 * const { items } = await trail.page('north', { limit: 100 });
 */
export class AuditTrail {
  readonly #store: Pick<ObjectStore, 'put' | 'get' | 'list'>;
  readonly #options: AuditTrailOptions;
  #waiting: AuditEntry[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Pick<ObjectStore, 'put' | 'get' | 'list'>, options: AuditTrailOptions = {}) {
    this.#store = store;
    this.#options = options;
  }

  add(entry: AuditEntry): void {
    this.#waiting.push(entry);
    const { waitMilliseconds } = this.#options;
    if (waitMilliseconds === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.flush().catch((error: unknown) => {
        this.#options.onFault?.(error instanceof Error ? error : new Error(String(error)));
      });
    }, waitMilliseconds);
    this.#timer.unref();
  }

  /** Writes what waits, one object for each program. @throws if it could not; then it waits on */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const entries = this.#waiting;
    this.#waiting = [];
    const writes = [...Map.groupBy(entries, (entry) => entry.program)].map(async ([program, ofProgram]) => {
      try {
        await this.#write(program, ofProgram);
      } catch (error) {
        this.#waiting.unshift(...ofProgram);
        throw error;
      }
    });
    const failed = (await Promise.allSettled(writes)).find((write) => write.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** A program's entries, newest first: what is still to be written included by no means. */
  async page(program: string, page: PageRequest): Promise<Page<AuditEntry>> {
    checkLimit(page.limit);
    const list = `audit:${program}`;
    const [place, skippedParts, skippedEntries] = decodeCursor(list, page.cursor) ?? [];
    let from = place === undefined || place === '' ? undefined : String(place);
    let [part, entry] = [Number(skippedParts ?? 0), Number(skippedEntries ?? 0)];
    const items: AuditEntry[] = [];
    for (;;) {
      const parts = await this.#store.list(prefixOf(program), { limit: PARTS_READ, cursor: from });
      for (; part < parts.items.length; part += 1, entry = 0) {
        const entries = await this.#read(parts.items[part]?.key ?? '');
        const taken = entries.slice(entry, entry + page.limit - items.length);
        items.push(...taken);
        entry += taken.length;
        if (entry < entries.length) return { items, cursor: encodeCursor(list, [from ?? '', part, entry]) };
        if (items.length === page.limit) {
          const isLast = part + 1 === parts.items.length && parts.cursor === undefined;
          return isLast ? { items } : { items, cursor: encodeCursor(list, [from ?? '', part + 1, 0]) };
        }
      }
      if (parts.cursor === undefined) return { items };
      from = parts.cursor;
      part = 0;
    }
  }

  async #write(program: string, entries: readonly AuditEntry[]): Promise<void> {
    const now = this.#options.now?.() ?? new Date();
    const age = String(END_OF_TIME - now.getTime()).padStart(13, '0');
    const content = entries.toReversed().map((entry) => JSON.stringify(entry));
    await this.#store.put(
      `${prefixOf(program)}${age}-${randomUUID()}.jsonl`,
      Buffer.from(content.join('\n')),
      { contentType: 'application/jsonl' },
    );
  }

  async #read(key: string): Promise<AuditEntry[]> {
    try {
      const text = Buffer.from((await this.#store.get(key)).content).toString();
      return text.split('\n').map((line) => auditEntrySchema.parse(JSON.parse(line)));
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return [];
      if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
      throw new ConfigurationError(`Part "${key}" of the audit trail is damaged. Restore its first version.`);
    }
  }
}
