import { describe, expect, it } from 'vitest';
import { folderLevels } from './folder-level.ts';

const levels = (path: string, beside: Readonly<Record<string, readonly string[]>> = {}) =>
  folderLevels(path.split('/'), (above) => new Set(beside[above.join('/')] ?? []));
const told = (path: string, beside?: Readonly<Record<string, readonly string[]>>) =>
  levels(path, beside).map((level) =>
    'iso' in level ? `${level.says} ${level.iso}` : `${level.says} ${level.text}`,
  );

describe('what one folder says', () => {
  it.each([
    ['left', 'eye left'],
    ['Right Eye', 'eye Right Eye'],
    ['20261120', 'day 2026-11-20'],
    ['2026-11', 'period 2026-11'],
    ['2026', 'period 2026'],
    ['DCIM', 'nothing DCIM'],
    ['optic disc', 'field optic disc'],
    ['visit 2', 'visit visit 2'],
    ['100CANON', 'place 100CANON'],
    ['P7', 'name P7'],
    ['Le', 'name Le'],
  ])('%s is %s', (text, meaning) => {
    expect(told(text)).toEqual([meaning]);
  });

  it('its text stays as it was written, and the field or the eye is told', () => {
    expect(levels('Optic_Disc')).toEqual([{ says: 'field', text: 'Optic_Disc', field: 'disc' }]);
    expect(levels('OS')).toEqual([{ says: 'eye', text: 'OS', laterality: 'left', isDoubtful: false }]);
  });

  it('a patient with a date is the patient, with the day', () => {
    expect(levels('P7 2026-11-20')).toEqual([
      { says: 'name', text: 'P7', day: { iso: '2026-11-20', monthFirst: null } },
    ]);
    expect(levels('P7_03-04-2026')).toEqual([
      { says: 'name', text: 'P7', day: { iso: '2026-04-03', monthFirst: '2026-03-04' } },
    ]);
    expect(levels('P7_macula')).toEqual([{ says: 'name', text: 'P7_macula', day: null }]);
  });

  it('a name that no person gives is as it was written', () => {
    const text = 'P7______2026-11-20';
    expect(levels(text)).toEqual([{ says: 'name', text, day: null }]);
  });

  it('a day of which the month may come first keeps both', () => {
    expect(levels('03-04-2026')).toEqual([
      { says: 'day', text: '03-04-2026', iso: '2026-04-03', monthFirst: '2026-03-04' },
    ]);
  });
});

describe('a letter that may be an eye', () => {
  it('is one for sure beside the folder of the other eye', () => {
    expect(levels('P7/l', { P7: ['l', 'r', 'x'] })[1]).toEqual({
      says: 'eye',
      text: 'l',
      laterality: 'left',
      isDoubtful: false,
    });
    expect(levels('Re', { '': ['Re', 'Le'] })[0]).toMatchObject({ laterality: 'right', isDoubtful: false });
  });

  it('is doubtful by itself, in capitals only', () => {
    expect(levels('R', { '': ['R', 'P7', 'RE'] })[0]).toMatchObject({
      laterality: 'right',
      isDoubtful: true,
    });
    expect(levels('Ｌ')[0]).toMatchObject({ laterality: 'left', isDoubtful: true });
    expect(told('r')).toEqual(['name r']);
    expect(told('左')).toEqual(['name 左']);
  });

  it('has its fellow in the same folder, not in another', () => {
    expect(told('P7/l', { P7: ['l'], P8: ['l', 'r'] })[1]).toBe('name l');
  });
});

describe('dates over several folders', () => {
  it.each([
    ['2026/11/20/P7', ['period 2026', 'nothing 11', 'day 2026-11-20', 'name P7']],
    ['2026/3/7/P7', ['period 2026', 'nothing 3', 'day 2026-03-07', 'name P7']],
    ['north/2026/11/20/P7', ['name north', 'period 2026', 'nothing 11', 'day 2026-11-20', 'name P7']],
    ['2026/11/20/left/P7', ['period 2026', 'nothing 11', 'day 2026-11-20', 'eye left', 'name P7']],
    ['2026/11/P7', ['period 2026', 'period 2026-11', 'name P7']],
    // The last folder is the patient's: patient 20 in November.
    ['2026/11/20', ['period 2026', 'period 2026-11', 'name 20']],
    ['2026/11/31/P7', ['period 2026', 'period 2026-11', 'name 31', 'name P7']],
    ['2026/13/P7', ['period 2026', 'name 13', 'name P7']],
    ['2026/11', ['period 2026', 'name 11']],
    ['2026/11/20/left', ['period 2026', 'period 2026-11', 'name 20', 'eye left']],
    ['2026/11/20/P7/left', ['period 2026', 'nothing 11', 'day 2026-11-20', 'name P7', 'eye left']],
    ['2026/11/left', ['period 2026', 'name 11', 'eye left']],
    ['2026-11/12/P7', ['period 2026-11', 'name 12', 'name P7']],
    ['2026/P7/P8', ['period 2026', 'name P7', 'name P8']],
    ['20261120/11/20/P7', ['day 2026-11-20', 'name 11', 'name 20', 'name P7']],
  ])('%s', (path, meanings) => {
    expect(told(path)).toEqual(meanings);
  });

  it('keep both readings of no month: the year is first', () => {
    expect(levels('2026/3/4/P7')[2]).toEqual({ says: 'day', text: '4', iso: '2026-03-04', monthFirst: null });
  });
});
