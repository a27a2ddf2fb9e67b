import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { readStoredJson } from '../documents/stored-json.ts';
import { CoreError } from '../errors.ts';
import { EXAM_LISTINGS } from '../exams/exam-listing.ts';
import { eraseObject } from '../objects/erase-objects.ts';
import type { ExamTable, ObjectStore } from '../ports/index.ts';
import { addToTally, emptyTally, examTallySchema } from './exam-tally.ts';

const PAGE = 1_000;
/** A count stays fresh for at least this long, and for longer where counting took long. */
const FRESH_MILLISECONDS = 2_000;
const FRESH_TIMES = 20;
/** A count that took longer is kept for the next process. */
const KEPT_MILLISECONDS = 1_000;

const countSchema = z.object({
  schema: z.literal('exam-count/2'),
  /** When it was begun, in milliseconds since 1970. */
  at: z.number(),
  took: z.number(),
  tally: examTallySchema,
});
export type ExamCount = Readonly<z.infer<typeof countSchema>>;

/** A count that was interrupted, and where it goes on. */
const partialSchema = countSchema.extend({
  schema: z.literal('exam-count-part/2'),
  listing: z.number().int().min(0),
  cursor: z.string().optional(),
});

/** Every kept count begins so. */
export const COUNTS_PREFIX = 'counts/';

/** Counts of the first form lie under other names: they went by the machine's outcome, and are counted again. */
function countKey(program: string): string {
  return `${COUNTS_PREFIX}${program}/exams-2.json`;
}

function partialKey(program: string): string {
  return `${COUNTS_PREFIX}${program}/exams-part-2.json`;
}

/** The exams are too many to be counted in one go: what has been counted is kept, and the next call goes on. */
export class CountUnfinishedError extends CoreError {}

export interface CountedExamsOptions {
  /** Told when a count in the background or its keeping failed. */
  readonly onFault: (error: Error) => void;
  /** How long one call may count; without bound if left out. */
  readonly budgetMilliseconds?: number;
  /** The time of day: says when the exams were counted. */
  readonly now?: () => Date;
  /** Milliseconds by the process's clock: says how long ago that is. */
  readonly elapsed?: () => number;
}

interface Remembered {
  count: ExamCount | undefined;
  /** When this process began the count, by `elapsed`; `undefined` of one that an earlier process has kept. */
  begun: number | undefined;
  counting: Promise<ExamCount> | undefined;
}

/**
 * How many exams a program has, by outcome, label and day. Counting walks the index of listings, so it is remembered:
 * a call gets the last count at once, and a stale one is counted again meanwhile. There are no counters, which
 * would drift.
 */
export class CountedExams {
  readonly #exams: Pick<ExamTable, 'facts'>;
  readonly #store: ObjectStore;
  readonly #options: CountedExamsOptions;
  readonly #now: () => Date;
  readonly #elapsed: () => number;
  readonly #programs = new Map<string, Remembered>();

  constructor(exams: Pick<ExamTable, 'facts'>, store: ObjectStore, options: CountedExamsOptions) {
    this.#exams = exams;
    this.#store = store;
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
    this.#elapsed = options.elapsed ?? (() => performance.now());
  }

  /**
   * The last count if there is one, else a new one.
   *
   * @throws CountUnfinishedError if there is none and one call's time is not enough: call again
   */
  async of(program: string): Promise<ExamCount> {
    const remembered = this.#programs.get(program) ?? {
      ...{ count: undefined, begun: undefined, counting: undefined },
    };
    this.#programs.set(program, remembered);
    remembered.count ??= await this.#stored(countKey(program), countSchema);
    const { count } = remembered;
    if (count !== undefined && this.#isFresh(count, remembered.begun)) return count;
    remembered.counting ??= this.#countAnew(program, remembered);
    // Small programs are counted in a moment, so a stale count need not be shown.
    if (count === undefined || count.took < KEPT_MILLISECONDS / FRESH_TIMES) return remembered.counting;
    remembered.counting.catch(this.#options.onFault);
    return count;
  }

  /** Of a kept count only the time of day tells its age: one that seems to come from the future is stale. */
  #isFresh({ at, took }: ExamCount, begun: number | undefined): boolean {
    const age = begun === undefined ? this.#now().getTime() - at : this.#elapsed() - begun;
    return age >= 0 && age < took + Math.max(FRESH_MILLISECONDS, FRESH_TIMES * took);
  }

  async #countAnew(program: string, remembered: Remembered): Promise<ExamCount> {
    try {
      const begun = this.#elapsed();
      const count = await this.#count(program);
      remembered.count = count;
      remembered.begun = begun;
      if (count.took > KEPT_MILLISECONDS) await this.#keep(countKey(program), count);
      return count;
    } finally {
      remembered.counting = undefined;
    }
  }

  async #count(program: string): Promise<ExamCount> {
    const began = this.#elapsed();
    const { budgetMilliseconds = Number.POSITIVE_INFINITY } = this.#options;
    const partial =
      budgetMilliseconds === Number.POSITIVE_INFINITY
        ? undefined
        : await this.#stored(partialKey(program), partialSchema);
    const { at, tally, took } = partial ?? { at: this.#now().getTime(), tally: emptyTally(), took: 0 };
    let cursor = partial?.cursor;
    // One listing after the other: merging them would read several to count one.
    for (let listing = partial?.listing ?? 0; listing < EXAM_LISTINGS.length; ) {
      const listings = EXAM_LISTINGS.slice(listing, listing + 1);
      const page = await this.#exams.facts(program, { listings, limit: PAGE, cursor });
      for (const facts of page.items) addToTally(tally, facts);
      cursor = page.cursor;
      if (cursor === undefined) listing += 1;
      const elapsed = this.#elapsed() - began;
      if (listing < EXAM_LISTINGS.length && elapsed > budgetMilliseconds) {
        const kept = { schema: 'exam-count-part/2', at, took: took + elapsed, tally, listing, cursor };
        await this.#keep(partialKey(program), kept);
        throw new CountUnfinishedError(
          `The exams of program "${program}" are still being counted: ask again in a moment.`,
        );
      }
      // One machine's table answers without waiting: others must have their turn.
      await nextTurn();
    }
    if (partial !== undefined) await eraseObject(this.#store, partialKey(program));
    return { schema: 'exam-count/2', at, took: took + this.#elapsed() - began, tally };
  }

  async #stored<Schema extends z.ZodType>(key: string, schema: Schema): Promise<z.infer<Schema> | undefined> {
    try {
      return await readStoredJson(this.#store, key, schema);
    } catch (error) {
      this.#options.onFault(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }

  /** Only the last is of use: the version before it goes. What cannot be kept is counted again some time. */
  async #keep(key: string, content: object): Promise<void> {
    try {
      const before = await this.#store.head(key);
      await this.#store.put(key, Buffer.from(JSON.stringify(content)), { contentType: 'application/json' });
      if (before?.versionId != null) await this.#store.deleteVersion(key, before.versionId);
    } catch (error) {
      this.#options.onFault(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
