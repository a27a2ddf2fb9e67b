import { describe, expect, it } from 'vitest';
import { compilePattern, OWN_PLACEHOLDERS, placeholdersOf } from './pattern.ts';

const any = (template: string, name: string, take: 'little' | 'much' = 'little') => {
  const groups = compilePattern(template, { separators: 'any', take }).exec(name)?.groups;
  return groups === undefined ? null : { ...groups };
};
const literal = (template: string, name: string, take: 'little' | 'much' = 'little') => {
  const groups = compilePattern(template, { separators: 'literal', take }).exec(name)?.groups;
  return groups === undefined ? null : { ...groups };
};

it('its parts are told in order, and what is none of them', () => {
  expect(placeholdersOf('{patient}/{side}_{eye}_{}')).toEqual(['patient', null, 'eye', null]);
  expect(placeholdersOf('P1')).toEqual([]);
});

it('a programme may write nine of them', () => {
  expect(OWN_PLACEHOLDERS).toEqual('patient clinic exam date time eye field n ignore'.split(' '));
});

describe('of the usual patterns', () => {
  it.each(['P1_OD', 'P1 - OD', 'P1.OD', 'P1 (OD', 'P1__OD', 'P1~OD', 'P1,OD', 'P1[OD'])(
    '_ is any separator: %s',
    (name) => {
      expect(any('{patient}_{eye}', name)).toEqual({ patient: 'P1', eye: 'OD' });
    },
  );

  it('brackets may be absent', () => {
    expect(any('{patient}[_{date}]_{eye}', 'P1_20261120_OD')).toMatchObject({ date: '20261120' });
    expect(any('{patient}[_{date}]_{eye}', 'P1_OD')).toMatchObject({ patient: 'P1', date: undefined });
  });

  it('other signs are themselves', () => {
    expect(any('{patient}@{eye}', 'P1@OD')).toMatchObject({ patient: 'P1' });
    expect(any('{patient}@{eye}', 'P1_OD')).toBeNull();
    expect(any('{patient}.{eye}', 'P1xOD')).toBeNull();
  });

  it('the whole name fits, or none of it', () => {
    expect(any('{n}_{eye}', '12_OD')).toMatchObject({ n: '12' });
    expect(any('{n}_{eye}', 'x12_OD')).toBeNull();
    expect(any('{n}_{eye}', '12_OD1')).toBeNull();
  });
});

describe('of a programme’s own pattern', () => {
  it.each('\\ ^ $ . * + ? ( ) [ ] | /'.split(' '))('%s is itself', (sign) => {
    expect(literal(`{patient}${sign}{eye}`, `P1${sign}OD`)).toMatchObject({ patient: 'P1', eye: 'OD' });
    expect(literal(`{patient}${sign}{eye}`, 'P1_OD')).toBeNull();
  });

  it('a part takes as little or as much as it can', () => {
    expect(literal('{clinic}_{patient}', 'a_b_c')).toEqual({ clinic: 'a', patient: 'b_c' });
    expect(literal('{clinic}_{patient}', 'a_b_c', 'much')).toEqual({ clinic: 'a_b', patient: 'c' });
  });

  it('what is ignored may stand several times and is not kept', () => {
    expect(literal('{ignore}_{patient}_{ignore}', 'a_b_c')).toEqual({ patient: 'b' });
  });

  it('no part reaches over a folder', () => {
    expect(literal('{patient}_{eye}', 'a/b_OD')).toBeNull();
  });
});

describe('an eye', () => {
  it.each([
    ['left eye', 'P1_left eye'],
    ['left-eye', 'P1_left-eye'],
    ['lefteye', 'P1_lefteye'],
    ['O.D.', 'P1_O.D.'],
    ['œil gauche', 'P1_œil gauche'],
    ['ojo_derecho', 'P1_ojo_derecho'],
  ])('of two words or with dots is %s', (eye, name) => {
    expect(any('{patient}_{eye}', name)).toEqual({ patient: 'P1', eye });
  });

  it.each([
    ['P12OD', 'P12', 'OD'],
    ['P12left', 'P12', 'left'],
    ['imageLeft', 'image', 'Left'],
    ['张三左眼', '张三', '左眼'],
    ['Kim우안', 'Kim', '우안'],
    ['P1左', 'P1', '左'],
  ])('without a separator before it: %s', (name, patient, glued) => {
    expect(any('{patient}{glued}', name)).toEqual({ patient, glued });
  });

  it.each(['imageleft', 'imagelEFT', 'imageL', 'IMAGELEFT', 'P1-left', 'P1.o.d'])('but not %s', (name) => {
    expect(any('{patient}{glued}', name)).toBeNull();
  });
});

describe('behind the eye', () => {
  it.each([
    ...['OD', 'OD1', 'OD123', 'OD_44012345', 'OD_20261120', 'OD 2026-11-20 10-15-23', 'OD_101523_macula'],
    ...[
      'OD (2)',
      'OD - Copy',
      'OD_副本',
      'OD_img3',
      'OD_no_7',
      'OD_3b',
      'OD_v2_repeat',
      'OD_optic disc_2',
      'OD_',
    ],
  ])('%s names no patient', (name) => {
    expect(any('{eye}{tail}', name)).toMatchObject({ eye: 'OD' });
  });

  it.each(['OD1234', 'ODx', 'OD_Meyer', 'OD_3e', 'OD_copying', 'OD_maculas', 'OD_1_Kunz'])(
    '%s may',
    (name) => {
      expect(any('{eye}{tail}', name)).toBeNull();
    },
  );
});
