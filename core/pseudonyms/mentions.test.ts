import { describe, expect, it } from 'vitest';
import { mentions, withoutMention } from './mentions.ts';

describe('a text', () => {
  it.each([
    ['P1', 'P1'],
    ['{"patient":"P1"}', 'P1'],
    ['images/north/P1/2026-05-01/left.jpg', 'P1'],
    ['The same file was sent for patient P1.', 'P1'],
    ['several patients: P2, P1.', 'P1'],
    ['/images/north/P%201/1/left.jpg', 'P 1'],
    ['images%2Fnorth%2FP1%2F1%2Fleft.jpg#v', 'P1'],
    ['key=%E6%82%A3%E8%80%85%207', '患者 7'],
    ['Exam north/a+b/1 was changed', 'a+b'],
    ['%zz P1', 'P1'],
    // No text, and left as it is; the rest is decoded all the same.
    ['%FF north%2FP1', 'P1'],
  ])('%j names %s', (text, pseudonym) => {
    expect(mentions(text, pseudonym)).toBe(true);
  });

  it.each([
    ['P10', 'P1'],
    ['AP1', 'P1'],
    ['P1-2', 'P1'],
    ['P1.5', 'P1'],
    ['2.P1', 'P1'],
    ['p1', 'P1'],
    ['P1é', 'P1'],
    ['aXb', 'a.b'],
    ['', 'P1'],
  ])('%j does not name %s', (text, pseudonym) => {
    expect(mentions(text, pseudonym)).toBe(false);
  });

  it('loses the pseudonym and nothing else', () => {
    const text = 'The same file is sent for several patients: P1, P10, P1.';
    expect(withoutMention(text, 'P1', 'erased')).toBe(
      'The same file is sent for several patients: erased, P10, erased.',
    );
  });
});
