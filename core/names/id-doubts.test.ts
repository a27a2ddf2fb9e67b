import { describe, expect, it } from 'vitest';
import { idDoubts, isExponent } from './id-doubts.ts';

const told = (...patients: string[]) =>
  idDoubts(patients).map(({ kind, patients: named }) => `${kind}: ${named.join(', ')}`);

describe('an id that a spreadsheet has rounded', () => {
  it.each(['4.40123E+12', '4,4e+08', '4E+7', '１.２E+100'])('%s', (id) => {
    expect(isExponent(id)).toBe(true);
  });

  it.each(['1E5', '44.1E+12', 'x4.4E+12', '4.4E+12x', '4.E+12', '4.4E+1234', '4.4E-12'])(
    'is not %s',
    (id) => {
      expect(isExponent(id)).toBe(false);
    },
  );
});

describe('an id by itself', () => {
  it.each([
    ['4.40123E+12', 'id-exponent'],
    ['P1 left', 'id-holds-eye'],
    ['20261120_left', 'id-holds-eye'],
    ['P1 20.11.2026', 'id-holds-date'],
    ['P1_101523', 'id-holds-time'],
    ['P1-10h15m23', 'id-holds-time'],
    ['KH 12_101523', 'id-holds-time'],
    ['P1.261120', 'id-holds-time'],
    ['Ｐ１ １０１５２３', 'id-holds-time'],
  ])('%s: %s', (id, kind) => {
    expect(told('Q', id)).toEqual([`${kind}: ${id}`]);
    expect(idDoubts([id])[0]?.text).toContain(`"${id}"`);
  });

  it.each(['P101523', 'Smith_101523', 'P1_991523', 'P1_1015', 'P1_101523_x', 'P1_1015231', 'P1_256011'])(
    'is not doubtful: %s',
    (id) => {
      expect(told(id)).toEqual([]);
    },
  );
});

describe('ids that differ by a last small number', () => {
  it('are asked about together, the plain one first', () => {
    expect(told('P1_2', 'Q', 'P1', 'P1_1')).toEqual(['id-holds-number: P1, P1_2, P1_1']);
    expect(told('KH 12_1', 'KH 12_2')).toEqual(['id-holds-number: KH 12_1, KH 12_2']);
    expect(told('P1', 'P1.3')).toEqual(['id-holds-number: P1, P1.3']);
    expect(idDoubts(['P1_2', 'P1_1'])[0]?.text).toMatch(/^"P1_2", "P1_1" differ.*photographs of P1\?$/);
  });

  it('by each base apart', () => {
    expect(told('P1_1', 'P2_1', 'P1_2', 'P2_2')).toEqual([
      'id-holds-number: P1_1, P1_2',
      'id-holds-number: P2_1, P2_2',
    ]);
  });

  it.each([
    ['alone', ['P1_1', 'P2_1']],
    ['of two digits', ['P1_11', 'P1_12']],
    ['of nothing', ['P1_0', 'P1']],
    ['behind no digit', ['site_1', 'site_2']],
    ['within', ['P1_1x', 'P1_2x']],
  ])('not %s', (_, ids) => {
    expect(told(...ids)).toEqual([]);
  });
});

describe('ids that are easily taken for one another', () => {
  it('are asked about together', () => {
    expect(told('p-1', 'Q', 'P_01', 'P.1')).toEqual(['ids-alike: p-1, P_01, P.1']);
    expect(idDoubts(['p1', 'P1'])[0]?.text).toMatch(/^"p1" and "P1" differ/);
    expect(told('P1', 'P2')).toEqual([]);
  });
});
