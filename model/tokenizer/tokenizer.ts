import { VocabularyError } from '../errors.ts';
import { splitWords } from './split-words.ts';

const CONTINUATION = '##';
/** A longer word is unknown as a whole, in characters. */
const LONGEST_WORD = 200;
const SPECIAL = { padding: '[PAD]', unknown: '[UNK]', beginning: '[CLS]', end: '[SEP]' } as const;

/**
 * RET-CLIP's tokenizer: BERT WordPiece in lower case with straight quotes, `[CLS] … [SEP]`, padded with 0.
 *
 * The kept library `@huggingface/tokenizers` gives other ids for ideographs beyond the basic plane, which it splits
 * into surrogates, so this is written out.
 *
 * @example
 * const tokenizer = Tokenizer.fromVocabulary(await readFile('vocab.txt', 'utf8'));
 * tokenizer.encode('双眼青光眼', 100); // BigInt64Array(100) [101n, …, 102n, 0n, …]
 */
export class Tokenizer {
  /** Entries of the vocabulary: the rows of the word embedding. */
  readonly vocabularySize: number;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #special: Readonly<Record<keyof typeof SPECIAL, number>>;

  private constructor(ids: ReadonlyMap<string, number>, size: number) {
    this.#ids = ids;
    this.vocabularySize = size;
    const idOf = (token: string): number => {
      const id = ids.get(token);
      if (id === undefined)
        throw new VocabularyError(`The vocabulary has no entry "${token}": it is no BERT vocabulary.`);
      return id;
    };
    this.#special = {
      padding: idOf(SPECIAL.padding),
      unknown: idOf(SPECIAL.unknown),
      beginning: idOf(SPECIAL.beginning),
      end: idOf(SPECIAL.end),
    };
    if (this.#special.padding !== 0) {
      throw new VocabularyError(
        `Expected "${SPECIAL.padding}" as the vocabulary's first entry: the model masks token 0.`,
      );
    }
  }

  /**
   * @param text one entry a line; the line's number from 0 is its id
   * @throws VocabularyError if a special entry is missing
   */
  static fromVocabulary(text: string): Tokenizer {
    const lines = text.split('\n').map((line) => line.trim());
    while (lines.at(-1) === '') lines.pop();
    return new Tokenizer(new Map(lines.map((token, id) => [token, id])), lines.length);
  }

  /**
   * Encodes one text. What does not fit is cut off before `[SEP]`, as the reference does.
   *
   * @param contextLength tokens in all, at least 2
   * @returns int64 [contextLength]
   */
  encode(text: string, contextLength: number): BigInt64Array<ArrayBuffer> {
    const { beginning, end } = this.#special;
    const pieces = this.#piecesOf(text);
    const result = new BigInt64Array(contextLength);
    [beginning, ...pieces.slice(0, contextLength - 2), end].forEach((id, index) => {
      result[index] = BigInt(id);
    });
    return result;
  }

  /** Tokens that a text has in all, without the special ones around it, and how many of them the vocabulary knows. */
  coverage(text: string): { readonly tokens: number; readonly known: number } {
    const ids = this.#piecesOf(text);
    return { tokens: ids.length, known: ids.filter((id) => id !== this.#special.unknown).length };
  }

  #piecesOf(text: string): number[] {
    const plain = text.toLowerCase().replace(/[“”]/g, '"');
    return splitWords(plain).flatMap((word) => this.#pieces(word));
  }

  /** Longest pieces first, from the left; the whole word is unknown if a part of it is. */
  #pieces(word: string): number[] {
    const characters = [...word];
    const { unknown } = this.#special;
    if (characters.length > LONGEST_WORD) return [unknown];
    const ids: number[] = [];
    let start = 0;
    while (start < characters.length) {
      let end = characters.length;
      let id: number | undefined;
      while (end > start && id === undefined) {
        const piece = characters.slice(start, end).join('');
        id = this.#ids.get(start === 0 ? piece : CONTINUATION + piece);
        if (id === undefined) end -= 1;
      }
      if (id === undefined) return [unknown];
      ids.push(id);
      start = end;
    }
    return ids;
  }
}
