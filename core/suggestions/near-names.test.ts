import { describe, expect, it } from 'vitest';
import { nearNames, suggestion } from './near-names.ts';

const LABELS = [
  'normal',
  'diabetic-retinopathy',
  'glaucoma',
  'cataract',
  'amd',
  'hypertension',
  'myopia',
  'other',
];

describe('near names', () => {
  it.each([
    ['glaucomma', ['glaucoma']],
    ['GLAUCOMA', ['glaucoma']],
    ['diabetic retinopathy', ['diabetic-retinopathy']],
    ['retinopathy', ['diabetic-retinopathy']],
    ['and', ['amd']],
    ['hypertention', ['hypertension']],
    ['xyz', []],
    ['', []],
  ])('of %s are %j', (asked, near) => {
    expect(nearNames(asked, LABELS)).toEqual(near);
  });

  it('come the nearest first, three at most', () => {
    expect(nearNames('clinic-1', ['clinic-12', 'clinic-2', 'clinic-10', 'clinic-11', 'west'])).toHaveLength(
      3,
    );
    expect(nearNames('north', ['aarth', 'xorth'])).toEqual(['xorth', 'aarth']);
  });

  it('are told in words', () => {
    expect(suggestion('nroth', ['north', 'east'])).toBe(' Did you mean "north"?');
    expect(suggestion('clinic', ['clinik', 'klinic'])).toBe(' Did you mean "clinik" or "klinic"?');
    expect(suggestion('xyz', ['north'])).toBe(' There is "north".');
    expect(suggestion('xyz', [])).toBe('');
    const many = Array.from({ length: 20 }, (_, index) => `program-${index + 10}`);
    expect(suggestion('xyz', many)).toMatch(/^ There are "program-10", .*"program-16" and 13 more\.$/);
  });
});
