/** What identifiers are made of: next to one, a pseudonym is a part of another. `=` before one is an address's. */
const BEFORE = String.raw`[\p{L}\p{M}\p{N}_@+-]`;
const AFTER = String.raw`[\p{L}\p{M}\p{N}_@=+-]`;
const ENCODED = /(?:%[0-9A-Fa-f]{2})+/g;

function decoded(text: string): string {
  return text.replaceAll(ENCODED, (part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
}

function wordOf(pseudonym: string, flags: string): RegExp {
  const escaped = pseudonym.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  // A full stop ends a sentence, or goes on with an identifier.
  return new RegExp(`(?<!${BEFORE}|\\p{N}\\.)${escaped}(?!${AFTER}|\\.[\\p{L}\\p{N}])`, flags);
}

/**
 * `true` if a text names a patient: plainly, in a key, or percent-encoded in an address. `P1` is not named by `P10`.
 *
 * @example mentions('/images/north/P%201/1/left.jpg', 'P 1') // true
 */
export function mentions(text: string, pseudonym: string): boolean {
  const word = wordOf(pseudonym, 'u');
  return word.test(text) || (text.includes('%') && word.test(decoded(text)));
}

/** The text with `instead` in every place where it names the patient. */
export function withoutMention(text: string, pseudonym: string, instead: string): string {
  return text.replaceAll(wordOf(pseudonym, 'gu'), instead);
}
