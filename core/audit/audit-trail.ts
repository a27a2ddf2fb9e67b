import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ConfigurationError, ObjectNotFoundError } from '../errors.ts';
import type { ObjectStore, Page, PageRequest } from '../ports/index.ts';
import { checkLimit, decodeCursor, encodeCursor } from '../ports/page-cursor.ts';
import { PseudonymHash } from '../pseudonyms/pseudonym-hash.ts';
import { type AuditEntry, auditEntriesOf, hashedEntry } from './audit-entry.ts';

/** Every part of a trail begins so. */
export const AUDIT_PREFIX = 'audited/';
/** Every part of former releases begins so: their entries hold pseudonyms until an erasure in their program. */
export const FORMER_AUDIT_PREFIX = 'audit/';

/** Where a program's entries lie. Those of all programs lie where no program's can: names of programs begin otherwise. */
function prefixOf(program: string, of: string = AUDIT_PREFIX): string {
  return `${of}${program === '*' ? '.all' : program}/`;
}

/** Later than any instant: what is subtracted from it sorts newest first. */
const END_OF_TIME = 9_999_999_999_999;
/** Parts of a trail that are read at once. */
const PARTS_READ = 50;
/** Entries and subjects that may wait unwritten, about 8 MB: a store that takes nothing for long must not fill the memory. */
export const MOST_UNWRITTEN = 20_000;
/** How long the last refusal holds before it is tried again to write what waits. */
const REFUSAL_MILLISECONDS = 1_000;
/** So many are written to see whether the store takes entries again: to hash all that wait takes half a second of a core. */
const ENTRIES_TRIED = 200;
const PREFIXES = [AUDIT_PREFIX, FORMER_AUDIT_PREFIX] as const;

type TrailStore = Pick<ObjectStore, 'put' | 'get' | 'head' | 'list'>;

export interface AuditTrailOptions {
  /** How long entries may wait for others to be written with; they wait until `flush` if left out. */
  readonly waitMilliseconds?: number;
  readonly now?: () => Date;
  /** Told when entries could not be written; they are kept and tried again with the next. */
  readonly onFault?: (error: Error) => void;
  /** Milliseconds since any instant, by a clock that is never set. */
  readonly elapsed?: () => number;
}

function sizeOf({ subjects }: AuditEntry): number {
  return 1 + subjects.length;
}

/**
 * Who read and changed what, by program: append-only, in objects that are written once under keys that sort newest
 * first. Patients stand in it as keyed hashes. Nothing waits for an entry that is added; `flush` writes all that wait. No
 * entry is ever dropped: where too many wait, `makeRoom` refuses what would be noted next.
 *
 * @example
 * await trail.makeRoom();
 * trail.add(entry);
 * await trail.flush();
 * const { items } = await trail.page('north', { limit: 100 });
 */
export class AuditTrail {
  readonly #store: TrailStore;
  readonly #pseudonyms: PseudonymHash;
  readonly #options: AuditTrailOptions;
  #waiting: AuditEntry[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Size of what waits and of what is being written. */
  #unwritten = 0;
  readonly #flushing = new Set<Promise<void>>();
  #makingRoom: Promise<void> | undefined;
  #refusal: { readonly reason: unknown; readonly until: number } | undefined;

  constructor(store: TrailStore, options: AuditTrailOptions = {}) {
    this.#store = store;
    this.#pseudonyms = new PseudonymHash(store);
    this.#options = options;
  }

  /** `true` while so much waits that nothing more may be begun that would have to be noted. */
  get isFull(): boolean {
    return this.#unwritten >= MOST_UNWRITTEN;
  }

  /**
   * Makes sure, before something is done, that it can be noted. Where too much waits, the oldest of it is written first;
   * while that fails it is tried once a second, however many ask.
   *
   * @throws what keeps the entries from being written: then the work must not be begun
   */
  async makeRoom(): Promise<void> {
    if (!this.isFull) return;
    const elapsed = this.#options.elapsed ?? (() => performance.now());
    if (this.#refusal !== undefined && elapsed() < this.#refusal.until) throw this.#refusal.reason;
    this.#makingRoom ??= Promise.all([...this.#flushing, this.#flush(ENTRIES_TRIED)])
      .then(
        () => {
          this.#refusal = undefined;
        },
        (reason: unknown) => {
          this.#refusal = { reason, until: elapsed() + REFUSAL_MILLISECONDS };
          throw reason;
        },
      )
      .finally(() => {
        this.#makingRoom = undefined;
      });
    await this.#makingRoom;
  }

  /** Notes what was done. It is taken in any case: only `makeRoom` refuses. */
  add(entry: AuditEntry): void {
    this.#waiting.push(entry);
    this.#unwritten += sizeOf(entry);
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
  flush(): Promise<void> {
    return this.#flush(this.#waiting.length);
  }

  #flush(entries: number): Promise<void> {
    const flushing = this.#writeOldest(entries).finally(() => this.#flushing.delete(flushing));
    this.#flushing.add(flushing);
    return flushing;
  }

  async #writeOldest(count: number): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const entries = this.#waiting.splice(0, count);
    const writes = [...Map.groupBy(entries, (entry) => entry.program)].map(async ([program, ofProgram]) => {
      try {
        await this.#write(program, ofProgram);
        this.#unwritten -= ofProgram.reduce((sum, entry) => sum + sizeOf(entry), 0);
      } catch (error) {
        this.#waiting.unshift(...ofProgram);
        throw error;
      }
    });
    const failed = (await Promise.allSettled(writes)).find((write) => write.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /**
   * A program's entries, newest first: what is still to be written included by no means.
   *
   * @param patient only entries about this patient, or about one of the patient's exams; a page may then hold fewer than
   * its limit, and still have a cursor
   */
  async page(program: string, page: PageRequest & { readonly patient?: string }): Promise<Page<AuditEntry>> {
    checkLimit(page.limit);
    const { patient } = page;
    const found = await this.#page(program, page);
    if (patient === undefined) return found;
    const hash = await this.#pseudonyms.ofPatient(program, patient);
    const isAbout = (subject: string) => subject.split('/')[0] === hash;
    const items = found.items.filter(
      ({ subjects, query }) => subjects.some(isAbout) || query.patient === hash,
    );
    return { ...found, items };
  }

  async #page(program: string, page: PageRequest): Promise<Page<AuditEntry>> {
    const list = `audit:${program}`;
    const [place, skippedParts, skippedEntries, stage] = decodeCursor(list, page.cursor) ?? [];
    let from = place === undefined || place === '' ? undefined : String(place);
    let [part, entry] = [Number(skippedParts ?? 0), Number(skippedEntries ?? 0)];
    const items: AuditEntry[] = [];
    // What former releases wrote is older than all the rest.
    for (let of = Number(stage ?? 0); of < PREFIXES.length; of += 1) {
      for (;;) {
        const parts = await this.#store.list(prefixOf(program, PREFIXES[of]), {
          limit: PARTS_READ,
          cursor: from,
        });
        for (; part < parts.items.length; part += 1, entry = 0) {
          const entries = await this.#read(parts.items[part]?.key ?? '');
          const taken = entries.slice(entry, entry + page.limit - items.length);
          items.push(...taken);
          entry += taken.length;
          if (entry < entries.length)
            return { items, cursor: encodeCursor(list, [from ?? '', part, entry, of]) };
          if (items.length === page.limit) {
            const isLast = part + 1 === parts.items.length && parts.cursor === undefined;
            if (isLast && !(await this.#hasParts(program, of + 1))) return { items };
            return { items, cursor: encodeCursor(list, [from ?? '', part + 1, 0, of]) };
          }
        }
        from = parts.cursor;
        part = 0;
        if (from === undefined) break;
      }
    }
    return { items };
  }

  async #hasParts(program: string, from: number): Promise<boolean> {
    for (const prefix of PREFIXES.slice(from)) {
      if ((await this.#store.list(prefixOf(program, prefix), { limit: 1 })).items.length > 0) return true;
    }
    return false;
  }

  async #write(program: string, entries: readonly AuditEntry[]): Promise<void> {
    const hashed = await Promise.all(entries.map((entry) => hashedEntry(this.#pseudonyms, entry)));
    const now = this.#options.now?.() ?? new Date();
    const age = String(END_OF_TIME - now.getTime()).padStart(13, '0');
    const content = hashed.toReversed().map((entry) => JSON.stringify(entry));
    await this.#store.put(
      `${prefixOf(program)}${age}-${randomUUID()}.jsonl`,
      Buffer.from(content.join('\n')),
      { contentType: 'application/jsonl' },
    );
  }

  async #read(key: string): Promise<AuditEntry[]> {
    try {
      const text = Buffer.from((await this.#store.get(key)).content).toString();
      const entries = auditEntriesOf(text);
      if (!key.startsWith(FORMER_AUDIT_PREFIX)) return entries;
      return await Promise.all(entries.map((entry) => hashedEntry(this.#pseudonyms, entry)));
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return [];
      if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw error;
      throw new ConfigurationError(`Part "${key}" of the audit trail is damaged. Restore its first version.`);
    }
  }
}
