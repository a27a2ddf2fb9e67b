import type { HeadReference } from '../activation/active-model.ts';
import { ConfigurationError, InvalidInputError } from '../errors.ts';
import { HeadError, parseHead } from '../heads/head.ts';
import { readActiveModel } from '../heads/promotion.ts';
import { readHead } from '../heads/stored-heads.ts';
import { HEADS_PREFIX } from '../keys/head-key.ts';
import type { ObjectStore } from '../ports/index.ts';
import { suggestion } from '../suggestions/near-names.ts';
import type { CountedExams } from './counted-exams.ts';

const PAGE = 1_000;

/**
 * Which labels results can have: those of the active heads, those that have been counted, and those of every stored head,
 * since counts lag behind.
 */
export class KnownLabels {
  readonly #store: ObjectStore;
  readonly #counted: CountedExams;
  /** Labels of heads by their object key or id: a head never changes. */
  readonly #ofHeads = new Map<string, readonly string[]>();

  constructor(store: ObjectStore, counted: CountedExams) {
    this.#store = store;
    this.#counted = counted;
  }

  /**
   * Checks a label that exams are filtered by: a misspelt one is refused, instead of a filter that nothing fits.
   *
   * @throws InvalidInputError with near labels, if no exam can have it
   * @throws CountUnfinishedError if the program is too large to be counted in one call: ask again
   */
  async require(program: string, label: string): Promise<void> {
    const active = await this.#activeLabels();
    if (active.includes(label)) return;
    const { tally } = await this.#counted.of(program);
    const found = Object.keys(tally.labels);
    if (found.includes(label) || (await this.#storedLabels()).has(label)) return;
    const known = [...active, ...found];
    throw new InvalidInputError(
      `No finding of program ${JSON.stringify(program)} has the label ${JSON.stringify(label)}.${suggestion(label, known)}`,
    );
  }

  /** Labels of the active heads, each once, by name; none where no model is active. */
  async active(): Promise<readonly string[]> {
    try {
      return [...new Set(await this.#activeLabels())].toSorted();
    } catch (error) {
      if (error instanceof ConfigurationError) return [];
      throw error;
    }
  }

  async #activeLabels(): Promise<string[]> {
    const { heads, model } = await readActiveModel(this.#store);
    return (await Promise.all(heads.map((head) => this.#labelsOf(head, model)))).flat();
  }

  async #labelsOf(reference: HeadReference, model: string): Promise<readonly string[]> {
    const remembered = this.#ofHeads.get(reference.id);
    if (remembered !== undefined) return remembered;
    try {
      const labels = (await readHead(this.#store, reference, model)).labels.map(({ name }) => name);
      this.#ofHeads.set(reference.id, labels);
      return labels;
    } catch (error) {
      // A head that is stored nowhere has no labels to tell; scoring with it says so.
      if (error instanceof HeadError) return [];
      throw error;
    }
  }

  async #storedLabels(): Promise<Set<string>> {
    const labels = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await this.#store.list(HEADS_PREFIX, { limit: PAGE, cursor });
      for (const { key } of page.items) {
        for (const label of await this.#labelsUnder(key)) labels.add(label);
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    return labels;
  }

  async #labelsUnder(key: string): Promise<readonly string[]> {
    const remembered = this.#ofHeads.get(key);
    if (remembered !== undefined) return remembered;
    const { content } = await this.#store.get(key);
    const labels = parseHead(Buffer.from(content).toString(), key).labels.map(({ name }) => name);
    this.#ofHeads.set(key, labels);
    return labels;
  }
}
