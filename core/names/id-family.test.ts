import { describe, expect, it } from 'vitest';
import { idFamily, isSameId, numberBehind } from './id-family.ts';

describe('ids of one numbering', () => {
  it.each([
    ['P007', 'P12'],
    ['p7', 'P7'],
    ['Ｐ７', 'P7'],
    ['KH-0012', 'kh_99'],
    ['KH - 1', 'KH.2'],
    ['A12B3', 'a9b44'],
  ])('%s and %s have one form', (a, b) => {
    expect(idFamily(a)).toBe(idFamily(b));
  });

  it.each([
    ['P7', 'Q7'],
    ['P7', 'P-7'],
    ['P7', 'P7B'],
    ['P7', 'Pat'],
    ['P7', 'P'],
  ])('%s and %s do not', (a, b) => {
    expect(idFamily(a)).not.toBe(idFamily(b));
  });
});

describe('one id in two spellings', () => {
  it.each([
    ['P7', 'p7'],
    ['P_7', 'P7'],
    ['P - 7', 'p.7'],
    ['Ｐ７', 'P7'],
  ])('%s is %s', (a, b) => {
    expect(isSameId(a, b)).toBe(true);
  });

  it.each([
    ['P7', 'P8'],
    ['P07', 'P7'],
    ['P7', 'P7a'],
  ])('%s is not %s', (a, b) => {
    expect(isSameId(a, b)).toBe(false);
  });
});

describe('the number behind the folder’s name', () => {
  it.each([
    ['P7', 'P7_001', '001'],
    ['P7', 'p7 - 12', '12'],
    ['Ｐ７', 'P7_3', '3'],
    ['north', 'NORTH.4', '4'],
  ])('in the folder %s, %s has %s', (folder, id, number) => {
    expect(numberBehind(folder, id)).toBe(number);
  });

  it.each([
    ['P7', 'P8_001'],
    ['P7', 'P7'],
    ['P7', 'P7001'],
    ['P7', 'P7_001a'],
    ['P7', 'P7_x'],
    ['P7', 'x_P7_1'],
    ['P7', 'P7x_3'],
  ])('in the folder %s, %s has none', (folder, id) => {
    expect(numberBehind(folder, id)).toBeNull();
  });
});
