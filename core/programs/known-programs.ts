import { EXAM_LISTINGS } from '../exams/exam-listing.ts';
import type { Home } from '../ports/index.ts';
import { isProgramName } from './program-name.ts';
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
  #formerNames: Promise<readonly string[]> | undefined;

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

  /**
   * Names of programs from before names had no spaces. None can be added, so they are looked for once.
   *
   * @returns all of them, however many programs there are
   */
  async formerNames(): Promise<readonly string[]> {
    this.#formerNames ??= this.#names(Number.POSITIVE_INFINITY).then((names) =>
      names.filter((name) => !isProgramName(name)),
    );
    try {
      return await this.#formerNames;
    } catch (error) {
      this.#formerNames = undefined;
      throw error;
    }
  }

  /** The registered programs' names, ten thousand at most. */
  names(): Promise<string[]> {
    return this.#names(MOST_NAMES);
  }

  async #names(most: number): Promise<string[]> {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listPrograms(this.#home.objects, { limit: PAGE, cursor });
      names.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined && names.length < most);
    return names;
  }
}
