import { fitsFilter } from '../ports/exam-filter.ts';
import { MOST_ENTRIES_READ } from '../ports/exam-table.ts';
import type { Page, PageRequest } from '../ports/page.ts';
import { checkLimit, decodeCursor, encodeCursor } from '../ports/page-cursor.ts';
import type { IndexEntry, IndexQuery, IndexRange } from './exam-index.ts';

/** Reads up to `limit` entries of one part of an index; fewer mean that the part ends there. */
export type ReadRange = (range: IndexRange) => Promise<readonly IndexEntry[]>;

/** How many entries of a part are read at once after the first page's worth: a filter leaves many of them out. */
const FURTHER_CHUNK = 500;

/** Every place begins with an instant in its one form. */
const INSTANT_LENGTH = '2026-05-01T00:00:00.000Z'.length;

/** The order in which both homes sort text: by its UTF-8 bytes. */
export function compareText(a: string, b: string): number {
  // Instants are ASCII, and hardly ever the same: most places are told apart by them.
  const [at, other] = [a.slice(0, INSTANT_LENGTH), b.slice(0, INSTANT_LENGTH)];
  if (at !== other) return at < other ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The entries of one part, read as they are needed. */
class Part {
  readonly #read: ReadRange;
  readonly #range: IndexRange;
  #entries: readonly IndexEntry[] = [];
  #next = 0;
  #after: string | undefined;
  #ended = false;

  constructor(read: ReadRange, range: IndexRange) {
    this.#read = read;
    this.#range = range;
    this.#after = range.after;
  }

  /** Nothing is at hand, but there may be more to read. */
  get isDry(): boolean {
    return this.#next >= this.#entries.length && !this.#ended;
  }

  get head(): IndexEntry | undefined {
    return this.#entries[this.#next];
  }

  async fill(): Promise<void> {
    const limit = this.#entries.length === 0 ? this.#range.limit : FURTHER_CHUNK;
    this.#entries = await this.#read({ ...this.#range, limit, after: this.#after });
    this.#next = 0;
    this.#ended = this.#entries.length < limit;
    this.#after = this.#entries.at(-1)?.sort ?? this.#after;
  }

  take(): void {
    this.#next += 1;
  }
}

function firstOf(parts: readonly Part[], descending: boolean) {
  let first: { readonly part: Part; readonly entry: IndexEntry } | undefined;
  for (const part of parts) {
    const entry = part.head;
    if (entry === undefined) continue;
    const order = first === undefined ? 0 : compareText(entry.sort, first.entry.sort);
    if (first === undefined || (descending ? order > 0 : order < 0)) first = { part, entry };
  }
  return first;
}

/**
 * One page of several parts of an index, merged in order and filtered. It reads at most `MOST_ENTRIES_READ` entries of
 * the merged list, so that its cost has a bound whatever the filter.
 *
 * ```
 * refer         09:00  09:20  09:50 ─┐
 * refer-urgent  09:10  09:15 ────────┴▶ 09:00  09:10  09:15  09:20 │ cursor
 * ```
 *
 * @throws InvalidInputError on a foreign cursor or a limit that no page has
 */
export async function readExamIndex(
  program: string,
  query: IndexQuery,
  page: PageRequest,
  read: ReadRange,
): Promise<Page<IndexEntry>> {
  checkLimit(page.limit);
  const { index, parts: names, descending, from, to, where } = query;
  const list = JSON.stringify([index, program, names, descending, where ?? null]);
  const position = decodeCursor(list, page.cursor)?.[0];
  const after = position === undefined ? undefined : String(position);
  const limit = page.limit + 1;
  const parts = names.map(
    (part) => new Part(read, { program, index, part, from, to, after, descending, limit }),
  );
  const items: IndexEntry[] = [];
  let last = after;
  for (let count = 0; ; count += 1) {
    const dry = parts.filter((part) => part.isDry);
    if (dry.length > 0) await Promise.all(dry.map((part) => part.fill()));
    const first = firstOf(parts, descending);
    if (first === undefined) return { items };
    if (items.length === page.limit || count === MOST_ENTRIES_READ) {
      return { items, cursor: encodeCursor(list, [last ?? '']) };
    }
    if (where === undefined || fitsFilter(first.entry.facts, where)) items.push(first.entry);
    last = first.entry.sort;
    first.part.take();
  }
}
