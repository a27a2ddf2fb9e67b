import { describe, expect, it } from 'vitest';
import { dayIn, readEyelessStem, readStem } from './read-stem.ts';

/** The reading by one of the usual patterns. */
const by = (stem: string, template: string) =>
  readStem(stem).find(({ pattern }) => pattern.template === template);
const PLAIN = '{patient}[_{date}[_{time}]][_{field}]_{eye}{tail}';

describe('a name with an eye is read', () => {
  it('in its parts', () => {
    expect(by('P 1_20261120_101523_disc_OS', PLAIN)).toMatchObject({
      patient: 'P 1',
      eye: { laterality: 'left', clear: true, word: 'OS' },
      day: { iso: '2026-11-20', monthFirst: null },
      field: 'disc',
      unknown: null,
    });
    expect(by('P1_L', PLAIN)).toMatchObject({ eye: { laterality: 'left', clear: false, word: 'L' } });
  });

  it('with day and field behind the eye, the first of each', () => {
    expect(by('P1_OD_20261120_20261121_macula_disc', PLAIN)).toMatchObject({
      day: { iso: '2026-11-20' },
      field: 'macula',
    });
    expect(by('P1_20261119_nasal_OD_20261120_macula', PLAIN)).toMatchObject({
      day: { iso: '2026-11-19' },
      field: 'disc',
    });
    expect(by('P1_OD_3', PLAIN)).toMatchObject({ day: null, field: null });
  });

  it('without signs around it or around its patient', () => {
    expect(by('__P1 - OD_', PLAIN)?.patient).toBe('P1');
    expect(by(' (P1) OD', PLAIN)?.patient).toBe('P1');
  });

  it('with the patient as it is written and the eye in ordinary width', () => {
    expect(by('Ｐ１＿ＯＤ', PLAIN)).toMatchObject({ patient: 'Ｐ１', eye: { word: 'OD' } });
    // An accent of its own is a sign more, until it is joined to its letter.
    expect(by('Jose\u0301_OD', PLAIN)?.patient).toBe('Jos\u00e9');
  });

  it('and what else it says', () => {
    expect(by('P1_left_OS', PLAIN)?.rest.trim()).toBe('P1_left_');
    expect(by('P1OD_left', '{patient}{glued}{tail}')).toBeUndefined();
    expect(by('P1OD_2', '{patient}{glued}{tail}')?.rest).toBe('P1 _2');
    expect(by('P1_OD_Meyer', '{patient}[_{date}[_{time}]]_{eye}{tail}_{unknown}')).toMatchObject({
      patient: 'P1',
      unknown: 'Meyer',
    });
  });

  it('not by a pattern whose day is none of the calendar', () => {
    expect(by('20260231_P1_OD', '{date}[_{time}]_{patient}[_{field}]_{eye}{tail}')).toBeUndefined();
    expect(by('20260228_P1_OD', '{date}[_{time}]_{patient}[_{field}]_{eye}{tail}')).toMatchObject({
      patient: 'P1',
      day: { iso: '2026-02-28' },
    });
  });

  it.each(['OD_10', 'OD_１０', 'OD_10-15-23', 'OD_2026-11-20', 'OD_10h15'])(
    'not with a number, a time or a date behind the eye as a patient: %s',
    (stem) => {
      expect(by(stem, '{eye}[_{field}]_{patient}[_{date}[_{time}]]')).toBeUndefined();
    },
  );

  it('nor with nothing but signs where a patient would be', () => {
    expect(by('20261120___OD', '{date}[_{time}]_{patient}[_{field}]_{eye}{tail}')).toBeUndefined();
  });

  it('but a number before the eye is one, and so is a number with a letter', () => {
    expect(by('OD_10x', '{eye}[_{field}]_{patient}[_{date}[_{time}]]')?.patient).toBe('10x');
    expect(by('10_OD', PLAIN)?.patient).toBe('10');
    expect(by('OD_P10', '{eye}[_{field}]_{patient}[_{date}[_{time}]]')?.patient).toBe('P10');
  });
});

describe('a name without an eye is read', () => {
  it('as patient, day and field', () => {
    expect(readEyelessStem('P1_20261120_101523_disc')).toMatchObject({
      patient: 'P1',
      eye: null,
      day: { iso: '2026-11-20' },
      field: 'disc',
      rest: 'P1_20261120_101523_disc',
    });
    expect(readEyelessStem('20261120_101523_P1')).toMatchObject({
      patient: 'P1',
      day: { iso: '2026-11-20' },
    });
    expect(readEyelessStem('_P1_')?.patient).toBe('P1');
    expect(readEyelessStem('101523')).toMatchObject({ patient: '101523', day: null });
  });
});

describe('a name that no person and no camera gives has no reading', () => {
  const longest = `${'x'.repeat(250)}_left`;
  it('of more than 255 signs', () => {
    expect(readStem(longest)).not.toEqual([]);
    expect(readStem(`x${longest}`)).toEqual([]);
    expect(readEyelessStem(longest)).not.toBeNull();
    expect(readEyelessStem(`x${longest}`)).toBeNull();
  });

  it('with six signs and more between two words', () => {
    expect(by('P1_____OD', PLAIN)?.patient).toBe('P1');
    expect(readStem('P1______OD')).toEqual([]);
    expect(readEyelessStem('P1______x')).toBeNull();
    // At an end they part nothing.
    expect(by('______P1_OD______', PLAIN)?.patient).toBe('P1');
  });

  it('with more than sixteen gaps', () => {
    expect(readStem(`${'a_'.repeat(16)}left`)).not.toEqual([]);
    expect(readStem(`${'a_'.repeat(17)}left`)).toEqual([]);
  });

  it('nor has one of signs only', () => {
    expect(readStem('___')).toEqual([]);
    expect(readStem('')).toEqual([]);
  });
});

describe('the first day in a text', () => {
  it('is found between other words, in any width', () => {
    expect(dayIn('Ana ２０２６-11-20, then 20251120')).toEqual({ iso: '2026-11-20', monthFirst: null });
    expect(dayIn('P1 03-04-2026')).toEqual({ iso: '2026-04-03', monthFirst: '2026-03-04' });
  });

  it.each(['', 'P1', '120261120', '20260231'])('is not in %j', (text) => {
    expect(dayIn(text)).toBeNull();
  });
});
