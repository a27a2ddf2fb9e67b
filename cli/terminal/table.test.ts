import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { columnWidths } from './column-widths.ts';
import { terminalTable } from './table.ts';

const TITLES = ['patient', 'left eye', 'right eye', 'findings'];
const ROWS = [
  [
    'P7',
    'gradable',
    'out-of-focus',
    'diabetic-retinopathy 0.83\u00A0≥\u00A00.40 (left)\nglaucoma 0.61\u00A0≥\u00A00.50',
  ],
  ['患者甲乙丙 7', 'no photograph', 'gradable', 'none'],
];

function lines(width: number, rows: readonly (readonly string[])[] = ROWS): string[] {
  return stripVTControlCharacters(terminalTable(TITLES, rows, { width })).split('\n');
}

describe('a table', () => {
  it('stays as it is where there is room', () => {
    expect(lines(100)).toEqual([
      'patient       left eye       right eye     findings',
      '─'.repeat(82),
      'P7            gradable       out-of-focus  diabetic-retinopathy 0.83 ≥ 0.40 (left)',
      '                                           glaucoma 0.61 ≥ 0.50',
      '患者甲乙丙 7  no photograph  gradable      none',
    ]);
  });

  it('gives way in its longest column first, between words and behind hyphens', () => {
    expect(lines(60)).toEqual([
      'patient       left eye       right eye     findings',
      '─'.repeat(60),
      'P7            gradable       out-of-focus  diabetic-',
      '                                           retinopathy',
      '                                           0.83 ≥ 0.40',
      '                                           (left)',
      '                                           glaucoma',
      '                                           0.61 ≥ 0.50',
      '患者甲乙丙 7  no photograph  gradable      none',
    ]);
  });

  it('is never wider than the terminal, and loses no letter', () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'Z', '-', ' ', '患', '者', '한', '0'), maxLength: 70 }),
      fc.constantFrom('not-a-fundus-photograph', 'P-2026-05-01', 'f'.repeat(64), ''),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell, cell), { maxLength: 4 }),
        fc.integer({ min: 40, max: 200 }),
        (rows, width) => {
          const printed = lines(width, rows);
          for (const line of printed) expect(stringWidth(line)).toBeLessThanOrEqual(width);
          const letters = (text: string) => [...text.replaceAll(/[\s─]/gu, '')].sort().join('');
          expect(letters(printed.join(''))).toBe(letters([...TITLES, ...rows.flat()].join('')));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('aligns numbers at their right ends', () => {
    const table = terminalTable(
      ['label', 'known'],
      [
        ['amd', 7],
        ['glaucoma', 1234],
      ],
      { width: 40, numbersFrom: 1 },
    );
    expect(stripVTControlCharacters(table).split('\n')).toEqual([
      'label     known',
      '─'.repeat(15),
      'amd           7',
      'glaucoma   1234',
    ]);
  });
});

describe('the widths of columns', () => {
  it.each([
    ['all that they would like', 100, [8, 30, 40]],
    ['less for the longest', 60, [8, 26, 26]],
    ['no less than their longest words, as long as that goes', 30, [8, 10, 12]],
    ['less than their words where it must be', 12, [4, 4, 4]],
    ['one each at least', 1, [1, 1, 1]],
  ])('are %s', (_, room, widths) => {
    const needs = [
      { natural: 8, word: 8 },
      { natural: 30, word: 10 },
      { natural: 40, word: 12 },
    ];
    expect(columnWidths(needs, room)).toEqual(widths);
  });

  it('go first to the column that has the most to say', () => {
    const needs = [
      { natural: 30, word: 10 },
      { natural: 8, word: 8 },
      { natural: 40, word: 12 },
    ];
    expect(columnWidths(needs, 50, 2)).toEqual([18, 8, 24]);
    expect(columnWidths(needs, 40, 2)).toEqual([10, 8, 22]);
    expect(columnWidths(needs, 50, 0)).toEqual([24, 8, 18]);
    expect(columnWidths(needs, 72, 2)).toEqual([30, 8, 34]);
  });
});
