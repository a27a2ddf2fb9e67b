import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { imageKey, parseImageKey } from '../keys/image-key.ts';
import { isIdentifier, parseIdentifier } from './identifier.ts';

describe('identifiers', () => {
  it.each(['P-001', '10', 'north_2026', '眼底 7', 'Łódź', 'a.b', 'x@clinic'])('accepts %j', (text) => {
    expect(parseIdentifier('patient', text)).toBe(text);
  });

  it.each([
    ['', 'empty'],
    ['a/b', 'letters'],
    ['..', 'contains'],
    ['a..b', 'contains'],
    ['a#b', 'letters'],
    ['a\u0000b', 'letters'],
    ['a\nb', 'letters'],
    [' a', 'begins'],
    ['a ', 'letters'],
    ['-a', 'begins'],
    ['.hidden', 'begins'],
    ['x'.repeat(129), 'longer'],
  ])('refuses %j, saying why', (text, why) => {
    expect(() => parseIdentifier('patient', text)).toThrow(InvalidInputError);
    expect(() => parseIdentifier('patient', text)).toThrow(why);
  });

  it('brings a text into one Unicode form, so that one patient is one patient', () => {
    expect(parseIdentifier('patient', 'e\u0301')).toBe('\u00e9');
  });

  it('that are accepted survive the way through an object key', () => {
    const identifier = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(isIdentifier);
    fc.assert(
      fc.property(identifier, identifier, identifier, (program, patient, exam) => {
        const key = imageKey({ program, patient, exam }, 'left', 'JPG');
        expect(parseImageKey(key)).toMatchObject({ exam: { program, patient, exam }, laterality: 'left' });
      }),
    );
  });

  it.each([
    'images/p/x/left.jpg',
    'images/p/x/e/f/left.jpg',
    'features/p/x/e/left.jpg',
    'images/p/../e/left.jpg',
    '',
  ])('are not read from the key %j', (key) => {
    expect(() => parseImageKey(key)).toThrow(InvalidInputError);
  });
});
