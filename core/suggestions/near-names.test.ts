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
    ['catrc', ['cataract']],
    ['diabetic-retinopathy-grade', ['diabetic-retinopathy']],
    // Three letters are a part of a name, two are not.
    ['hyp', ['hypertension']],
    ['hy', []],
    ['xyz', []],
    ['', []],
  ])('of %s are %j', (asked, near) => {
    expect(nearNames(asked, LABELS)).toEqual(near);
  });

  it.each(['Clinic.1', 'clinic_1', 'CLINIC   1', 'clinic - 1', 'ｃｌｉｎｉｃ－１'])(
    'of %s are those that differ in case, separators and width only, before all others',
    (asked) => {
      expect(nearNames(asked, ['clinic-2', 'clinic-1'])).toEqual(['clinic-1', 'clinic-2']);
    },
  );

  it('come the nearest first, three at most', () => {
    expect(nearNames('clinic-1', ['clinic-12', 'clinic-2', 'clinic-10', 'clinic-11', 'west'])).toEqual([
      ...['clinic-10', 'clinic-11', 'clinic-12'],
    ]);
    expect(nearNames('north', ['aarth', 'xorth'])).toEqual(['xorth', 'aarth']);
    expect(nearNames('clinic', ['klinic', 'clinik', 'klinic'])).toEqual(['clinik', 'klinic']);
    // Two of five letters are near, three are not; of a longer name more may be wrong, whichever of both it is.
    expect(nearNames('north', ['noxxh'])).toEqual(['noxxh']);
    expect(nearNames('north', ['nxxxh'])).toEqual([]);
    expect(nearNames('cataract', ['catrc'])).toEqual(['catrc']);
    expect(nearNames('a', ['b', 'bc'])).toEqual(['b']);
    // A separator that is left out is an edit like any other.
    expect(nearNames('clinic1', ['clinic-1', 'alinic1'])).toEqual(['alinic1', 'clinic-1']);
    // However many separators stand together, they are one.
    expect(nearNames('a    b', ['a-b'])).toEqual(['a-b']);
  });

  it('are told in words', () => {
    expect(suggestion('nroth', ['north', 'east'])).toBe(' Did you mean "north"?');
    expect(suggestion('clinic', ['clinik', 'klinic'])).toBe(' Did you mean "clinik" or "klinic"?');
    expect(suggestion('xyz', ['north'])).toBe(' There is "north".');
    expect(suggestion('xyz', ['west', 'north', 'west'])).toBe(' There are "north" and "west".');
    expect(suggestion('xyz', [])).toBe('');
    const eight = Array.from({ length: 8 }, (_, index) => `program-${index + 1}`);
    expect(suggestion('xyz', eight)).toMatch(/^ There are "program-1", .*"program-7" and "program-8"\.$/);
    expect(suggestion('xyz', [...eight, 'program-9'])).toMatch(/"program-7" and 2 more\.$/);
    const many = Array.from({ length: 20 }, (_, index) => `program-${index + 10}`);
    expect(suggestion('xyz', many)).toMatch(/^ There are "program-10", .*"program-16" and 13 more\.$/);
  });
});
