import { EXAM_LISTINGS } from '../exams/exam-record.ts';
import type { Home } from '../ports/index.ts';
import { isRegistered, listPrograms } from './program-register.ts';

const PAGE = 1_000;
/** Names that are looked through for near ones. */
const MOST_NAMES = 10_000;

/**
 * Which programs there are: those registered, by an upload or by their settings, and those that have exams from before
 * there was a register. A program that was known once stays known to the process.
 */
export class KnownPrograms {
  readonly #home: Pick<Home, 'exams' | 'objects'>;
  readonly #known = new Set<string>();

  constructor(home: Pick<Home, 'exams' | 'objects'>) {
    this.#home = home;
  }

  async isKnown(program: string): Promise<boolean> {
    if (this.#known.has(program)) return true;
    const { exams, objects } = this.#home;
    const known =
      (await isRegistered(objects, program)) ||
      (await exams.list(program, { listings: EXAM_LISTINGS, limit: 1 })).items.length > 0;
    if (known) this.#known.add(program);
    return known;
  }

  /** The registered programs' names, ten thousand at most. */
  async names(): Promise<string[]> {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listPrograms(this.#home.objects, { limit: PAGE, cursor });
      names.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined && names.length < MOST_NAMES);
    return names;
  }
}
