import { describe, expect, it } from 'vitest';
import { isTime, parseDay, parseMonthOrYear } from './day.ts';

describe('a day in a name', () => {
  it.each([
    ['2026-11-20', '2026-11-20'],
    ['2026_11_20', '2026-11-20'],
    ['2026.11.20', '2026-11-20'],
    ['20261120', '2026-11-20'],
    ['20261120101523', '2026-11-20'],
    ['20261120T101523', '2026-11-20'],
    ['2026-11-20T10:15:23', '2026-11-20'],
    ['2026年3月4日', '2026-03-04'],
    ['20.11.2026', '2026-11-20'],
    ['1.5.2024', '2024-05-01'],
    ['20-11-2026', '2026-11-20'],
    ['11-20-2026', '2026-11-20'],
    ['04-04-2026', '2026-04-04'],
    ['20Nov2026', '2026-11-20'],
    ['5-March-2026', '2026-03-05'],
    ['29_february_2024', '2024-02-29'],
    ['2026 11 20', '2026-11-20'],
    ['2026年11月5日', '2026-11-05'],
    ['20_11_2026', '2026-11-20'],
    [' ２０２６1120 ', '2026-11-20'],
  ])('%s is %s', (text, iso) => {
    expect(parseDay(text)).toEqual({ iso, monthFirst: null });
  });

  it('may be read in two ways', () => {
    expect(parseDay('03-04-2026')).toEqual({ iso: '2026-04-03', monthFirst: '2026-03-04' });
    expect(parseDay('03_04_2026')).toEqual({ iso: '2026-04-03', monthFirst: '2026-03-04' });
    expect(parseDay('03.04.2026')).toEqual({ iso: '2026-04-03', monthFirst: null });
  });

  it.each([
    ...['20260231', '31.02.2026', '13-13-2026', '2026-13-01', '12345678', '101523', 'P20261120', '2026'],
    ...['31Feb2026', '29-Feb-2026', '00.05.2026', '05.00.2026', '5-Mai-2026', '20.11.2026x', ''],
  ])('%s is none', (text) => {
    expect(parseDay(text)).toBeNull();
  });

  it('or a month or a year, or a time', () => {
    expect(
      [' 2026-11 ', '２０２６', '2026.11', 'x2026-11', '2026-11x', 'x2026', '2026x'].map(parseMonthOrYear),
    ).toEqual([...['2026-11', '2026', '2026-11'], ...[null, null, null, null]]);
    expect(
      [' 101523 ', '１０１５', '10H15M23S', '101523.250', 'x1015', '1015x', '11015'].map(isTime),
    ).toEqual([...[true, true, true, true], ...[false, false, false]]);
    expect(['2026', '2026-11', '202611', '1899', '2026-13', '20261'].map(parseMonthOrYear)).toEqual([
      '2026',
      '2026-11',
      '2026-11',
      null,
      null,
      null,
    ]);
    expect(['101523', '10-15-23', '10h15', '1015', '251523', '106023', '12'].map(isTime)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
