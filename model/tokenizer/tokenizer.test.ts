import { describe, expect, it } from 'vitest';
import { VocabularyError } from '../errors.ts';
import { splitWords } from './split-words.ts';
import { Tokenizer } from './tokenizer.ts';

const ENTRIES = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  '左',
  '眼',
  'un',
  '##want',
  '##ed',
  '"',
  ',',
  'cafe',
  'a',
  '##a',
  '𠮷',
];
const tokenizer = Tokenizer.fromVocabulary(`${ENTRIES.join('\n')}\n`);

/** Entries instead of ids, without padding. */
function encoded(text: string, length = 20): string {
  return [...tokenizer.encode(text, length)]
    .map((id) => ENTRIES[Number(id)])
    .filter((entry) => entry !== '[PAD]')
    .join(' ');
}

describe('the tokenizer', () => {
  it.each([
    ['', '[CLS] [SEP]'],
    ['左眼', '[CLS] 左 眼 [SEP]'],
    ['左a眼', '[CLS] 左 a 眼 [SEP]'],
    ['UNWANTED', '[CLS] un ##want ##ed [SEP]'],
    ['unwantedx', '[CLS] [UNK] [SEP]'],
    ['Café', '[CLS] cafe [SEP]'],
    ['“a”', '[CLS] " a " [SEP]'],
    ['aa,a', '[CLS] a ##a , a [SEP]'],
    ['a\u200ba\u0000', '[CLS] a ##a [SEP]'],
    ['a\u3000a\t\na', '[CLS] a a a [SEP]'],
    ['𠮷', '[CLS] 𠮷 [SEP]'],
    ['a'.repeat(201), '[CLS] [UNK] [SEP]'],
  ])('encodes %j', (text, expected) => {
    expect(encoded(text)).toBe(expected);
  });

  it('pads with 0 and cuts before the end mark, as the reference does', () => {
    expect([...tokenizer.encode('左眼', 6)].map(Number)).toEqual([2, 5, 6, 3, 0, 0]);
    expect([...tokenizer.encode('左眼左眼', 4)].map(Number)).toEqual([2, 5, 6, 3]);
    expect([...tokenizer.encode('左眼', 2)].map(Number)).toEqual([2, 3]);
  });

  it('reads vocabularies with the line ends of Windows', () => {
    expect(Tokenizer.fromVocabulary(ENTRIES.join('\r\n')).vocabularySize).toBe(ENTRIES.length);
  });

  it.each([
    ['without [SEP]', ENTRIES.filter((entry) => entry !== '[SEP]'), '[SEP]'],
    ['with another first entry', ENTRIES.toReversed(), '[PAD]'],
    ['that is empty', [], '[PAD]'],
  ])('refuses a vocabulary %s', (_, entries, named) => {
    expect(() => Tokenizer.fromVocabulary(entries.join('\n'))).toThrow(VocabularyError);
    expect(() => Tokenizer.fromVocabulary(entries.join('\n'))).toThrow(named);
  });
});

describe('words', () => {
  it.each([
    ['AMD,右眼3.5mm', ['amd', ',', '右', '眼', '3', '.', '5mm']],
    ['naïve Ångström', ['naive', 'angstrom']],
    ['$5+5=10', ['$', '5', '+', '5', '=', '10']],
    ['「青光眼」', ['「', '青', '光', '眼', '」']],
    ['  ', []],
  ])('of %j', (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });
});
