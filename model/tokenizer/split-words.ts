/** Blocks of ideographs, each of which is a word of its own. The order of BERT's reference code. */
const IDEOGRAPHS: readonly (readonly [number, number])[] = [
  [0x4e00, 0x9fff],
  [0x3400, 0x4dbf],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b73f],
  [0x2b740, 0x2b81f],
  [0x2b820, 0x2ceaf],
  [0xf900, 0xfaff],
  [0x2f800, 0x2fa1f],
];

const SPACE = /^[\t\n\r\p{Zs}]$/u;
const IGNORED = /^[\0\ufffd\p{Cc}\p{Cf}]$/u;
/** Unicode punctuation, and the ASCII signs that BERT counts to it. */
const PUNCTUATION = /^[\p{P}$+<=>^`|~]$/u;

function isIdeograph(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return IDEOGRAPHS.some(([first, last]) => code >= first && code <= last);
}

/** Invisible characters away, every white space a blank, ideographs apart. */
function clean(text: string): string {
  let result = '';
  for (const character of text) {
    if (SPACE.test(character)) result += ' ';
    else if (IGNORED.test(character)) continue;
    else result += isIdeograph(character) ? ` ${character} ` : character;
  }
  return result;
}

/** Lower case, without accents. */
function fold(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '');
}

/** Each punctuation mark becomes a word. */
function* splitAtPunctuation(word: string): Generator<string> {
  let run = '';
  for (const character of word) {
    if (!PUNCTUATION.test(character)) {
      run += character;
      continue;
    }
    if (run !== '') yield run;
    yield character;
    run = '';
  }
  if (run !== '') yield run;
}

function blankSeparated(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/**
 * Splits a text into the words that WordPiece cuts further: BERT's basic tokenizer for uncased models.
 *
 * @see https://github.com/google-research/bert (tokenization.py), after which the reference code's tokenizer is made
 * @example splitWords('左眼AMD, café') // ['左', '眼', 'amd', ',', 'cafe']
 */
export function splitWords(text: string): string[] {
  const words = blankSeparated(clean(text)).flatMap((word) => [...splitAtPunctuation(fold(word))]);
  return words.flatMap(blankSeparated);
}
