import { expect, it } from 'vitest';
import { lookAlikeForm, ordinaryWidth } from './width.ts';

it('full-width letters, digits, signs and blanks have their ordinary width', () => {
  expect(ordinaryWidth('Ｐ１＿ＯＤ')).toBe('P1_OD');
  expect(ordinaryWidth('！～\u3000ａ')).toBe('!~ a');
});

it('other signs stay, sign by sign', () => {
  expect(ordinaryWidth('张三 ①ﬁ')).toBe('张三 ①ﬁ');
  // An accent that stands by itself is joined to its letter.
  expect(ordinaryWidth('e\u0301')).toBe('\u00e9');
});

it.each([
  ['P1', 'p1'],
  ['P1', 'Ｐ１'],
  ['P-01', 'P _ 1'],
  ['P1.2', 'p1-02'],
  ['0012', '12'],
])('%s and %s are easily taken for one another', (a, b) => {
  expect(lookAlikeForm(a)).toBe(lookAlikeForm(b));
});

it.each([
  ['P1', 'P10'],
  ['P1', 'P-1'],
  ['P101', 'P11'],
  ['P1-2', 'P12'],
  ['0', '00a'],
])('%s and %s are not', (a, b) => {
  expect(lookAlikeForm(a)).not.toBe(lookAlikeForm(b));
});
