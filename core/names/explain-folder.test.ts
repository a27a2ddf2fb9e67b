import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EYE_WORDS } from '../exams/eye-words.ts';
import { type ExplainOptions, explainFolder } from './explain-folder.ts';

/** Reads paths as a folder: `patient exam eye field`, or `-` for a refused file; then the kinds of doubts. */
function read(paths: readonly string[], options: ExplainOptions = {}): { files: string[]; doubts: string[] } {
  const names = paths.map((path) => {
    const segments = path.split('/');
    return { folders: segments.slice(0, -1), stem: segments.at(-1) ?? '' };
  });
  const { files, doubts } = explainFolder(names, options);
  return {
    files: files.map((file) =>
      'refused' in file ? '-' : `${file.patient} | ${file.exam} | ${file.laterality} | ${file.field ?? ''}`,
    ),
    doubts: [...new Set(doubts.map(({ kind }) => kind))].sort(),
  };
}

type Case = readonly [what: string, files: Readonly<Record<string, string>>, options?: ExplainOptions];
const named = ([what, files, options]: Case) => ({ what, files, options });
type Doubtful = readonly [kind: string, paths: readonly string[], files: readonly string[]];

describe('a folder that one pattern explains is read without a question', () => {
  const cases: readonly Case[] = [
    ['<patient>_left', { P1_left: 'P1 | 1 | left | ', P1_Right: 'P1 | 1 | right | ' }],
    ['<patient>/OD', { 'P7/OD': 'P7 | 1 | right | ', 'P8/OS': 'P8 | 1 | left | ' }],
    [
      'a camera’s word in a patient’s folder',
      { 'P7/Image_OD': 'P7 | 1 | right | ', 'P8/Image_OS': 'P8 | 1 | left | ' },
    ],
    [
      'IMG_0001 in a patient’s folder',
      { 'P7/IMG_0001_OD': 'P7 | 1 | right | ', 'P7/DSC0002_OS': 'P7 | 1 | left | ' },
    ],
    [
      'a date above the patient',
      { '2024-05-01/P7/OS': 'P7 | 2024-05-01 | left | ', '2024-05-01/P8/OD': 'P8 | 2024-05-01 | right | ' },
    ],
    [
      'a German date above the patient',
      { '01.05.2024/P7/OS': 'P7 | 2024-05-01 | left | ', '01.05.2024/P7/OD': 'P7 | 2024-05-01 | right | ' },
    ],
    [
      'a clinic above the patient',
      {
        'north/P7/OS': 'P7 | 1 | left | ',
        'north/P8/OD': 'P8 | 1 | right | ',
        'south/P9/OD': 'P9 | 1 | right | ',
      },
    ],
    [
      'clinic, date, patient',
      {
        'north/20261120/P7/OS': 'P7 | 2026-11-20 | left | ',
        'south/20261121/P8/OD': 'P8 | 2026-11-21 | right | ',
      },
    ],
    [
      'date, clinic, patient, time behind the eye',
      {
        '2026-11-20/north/P7/OD_101523': 'P7 | 2026-11-20 | right | ',
        '2026-11-20/north/P7/OS_101601': 'P7 | 2026-11-20 | left | ',
      },
    ],
    [
      'a camera’s folder',
      { 'camera1/P002/OD': 'P002 | 1 | right | ', 'camera1/P003/OS': 'P003 | 1 | left | ' },
    ],
    [
      'patient, date',
      {
        'P7/2024-05-01/left': 'P7 | 2024-05-01 | left | ',
        'P7/2024-05-02/right': 'P7 | 2024-05-02 | right | ',
      },
    ],
    [
      'patient, visit',
      { 'P7/visit 2/R': 'P7 | visit 2 | right | ', 'P7/visit 2/L': 'P7 | visit 2 | left | ' },
    ],
    [
      'a number behind the eye',
      { P1_OD_1: 'P1 | 1 | right | ', P1_OD_2: 'P1 | 1 | right | ', P1_OS_1: 'P1 | 1 | left | ' },
    ],
    ['L1, R2', { P1_L1: 'P1 | 1 | left | ', P1_R1: 'P1 | 1 | right | ', P1_R2: 'P1 | 1 | right | ' }],
    [
      'a long number behind the eye',
      { P1_OD_44012345: 'P1 | 1 | right | ', P1_OS_44012346: 'P1 | 1 | left | ' },
    ],
    [
      'fields',
      {
        P1_OD_macula: 'P1 | 1 | right | macula',
        P1_OS_disc: 'P1 | 1 | left | disc',
        P1_OS_temporal: 'P1 | 1 | left | other',
      },
    ],
    [
      'fields before the eye',
      { P1_posterior_OD: 'P1 | 1 | right | macula', P1_nasal_OS: 'P1 | 1 | left | disc' },
    ],
    ['a field’s folder', { 'P1/macula/OD': 'P1 | 1 | right | macula', 'P1/disc/OS': 'P1 | 1 | left | disc' }],
    ['the eye behind digits', { P12OD: 'P12 | 1 | right | ', P12OS: 'P12 | 1 | left | ' }],
    ['one letter behind digits', { P005L: 'P005 | 1 | left | ', P005R: 'P005 | 1 | right | ' }],
    ['letter and number behind digits', { P1L1: 'P1 | 1 | left | ', P1R1: 'P1 | 1 | right | ' }],
    [
      'patient-date-eye-number',
      {
        'P004-20261120-OD-1': 'P004 | 2026-11-20 | right | ',
        'P004-20261120-OS-1': 'P004 | 2026-11-20 | left | ',
      },
    ],
    [
      'date behind the eye',
      { P1_OD_20261120: 'P1 | 2026-11-20 | right | ', P1_OS_20261120_101523: 'P1 | 2026-11-20 | left | ' },
    ],
    [
      'date and time in one',
      {
        P1_20261120101523_OD: 'P1 | 2026-11-20 | right | ',
        P1_20261120101601_OS: 'P1 | 2026-11-20 | left | ',
      },
    ],
    [
      'date first',
      { '20261120_P1_OD': 'P1 | 2026-11-20 | right | ', '20261120_P1_OS': 'P1 | 2026-11-20 | left | ' },
    ],
    ['eye first', { left_P1: 'P1 | 1 | left | ', right_P1: 'P1 | 1 | right | ' }],
    [
      'an eye’s folder in the patient’s',
      { 'P1/left/IMG_0001': 'P1 | 1 | left | ', 'P1/right/IMG_0002': 'P1 | 1 | right | ' },
    ],
    [
      'eye folders on top',
      {
        'left/P1': 'P1 | 1 | left | ',
        'right/P1': 'P1 | 1 | right | ',
        'left/P2': 'P2 | 1 | left | ',
        'right/P2': 'P2 | 1 | right | ',
      },
    ],
    [
      'eye folders in a clinic’s',
      {
        'north/left/P1': 'P1 | 1 | left | ',
        'north/right/P1': 'P1 | 1 | right | ',
        'north/left/P2': 'P2 | 1 | left | ',
        'north/right/P2': 'P2 | 1 | right | ',
      },
    ],
    [
      'a folder named patient and eye',
      { 'P7_OD/IMG_1': 'P7 | 1 | right | ', 'P7_OS/IMG_2': 'P7 | 1 | left | ' },
    ],
    ['the patient twice', { 'P7/P7_OD': 'P7 | 1 | right | ', 'P7/p7 OS': 'P7 | 1 | left | ' }],
    [
      'the patient twice and a number',
      { 'P7/P7_001_OD': 'P7 | 1 | right | ', 'P7/P7_002_OS': 'P7 | 1 | left | ' },
    ],
    [
      'a clinic in the id',
      { 'north/north_001_OD': 'north_001 | 1 | right | ', 'north/north_001_OS': 'north_001 | 1 | left | ' },
    ],
    [
      'names that begin like a camera’s word, in a clinic’s folder',
      { 'north/Imran_OD': 'Imran | 1 | right | ', 'north/Imelda_OS': 'Imelda | 1 | left | ' },
    ],
    [
      'names that begin like a place’s or a visit’s word',
      {
        'north/Seth/OD': 'Seth | 1 | right | ',
        'north/Daya/OS': 'Daya | 1 | left | ',
        'north/Daya/OD': 'Daya | 1 | right | ',
      },
    ],
    [
      'folders that say nothing',
      { 'images/10_left': '10 | 1 | left | ', 'images/10_right': '10 | 1 | right | ' },
    ],
    [
      'a surname before the eye',
      { LE_VAN_0001_OD: 'LE_VAN_0001 | 1 | right | ', Le_Van_0001_OS: 'Le_Van_0001 | 1 | left | ' },
    ],
    [
      'initials before the eye',
      { Smith_R_OD: 'Smith_R | 1 | right | ', Smith_R_OS: 'Smith_R | 1 | left | ' },
    ],
    [
      'French',
      {
        P1_OG: 'P1 | 1 | left | ',
        P1_OD: 'P1 | 1 | right | ',
        P2_gauche: 'P2 | 1 | left | ',
        P2_droit: 'P2 | 1 | right | ',
      },
    ],
    [
      'Spanish',
      {
        P1_OI: 'P1 | 1 | left | ',
        P1_OD: 'P1 | 1 | right | ',
        P2_izquierdo: 'P2 | 1 | left | ',
        P2_derecha: 'P2 | 1 | right | ',
      },
    ],
    [
      'German',
      {
        P1_LA: 'P1 | 1 | left | ',
        P1_RA: 'P1 | 1 | right | ',
        P2_links: 'P2 | 1 | left | ',
        P2_rechts: 'P2 | 1 | right | ',
      },
    ],
    ['Russian', { P1_левый: 'P1 | 1 | left | ', P1_правый: 'P1 | 1 | right | ' }],
    [
      'Chinese, glued',
      {
        张三左眼: '张三 | 1 | left | ',
        张三右眼: '张三 | 1 | right | ',
        左宗棠右眼: '左宗棠 | 1 | right | ',
      },
    ],
    [
      'Japanese and Korean',
      {
        P1_左目: 'P1 | 1 | left | ',
        P1_右目: 'P1 | 1 | right | ',
        김_좌안: '김 | 1 | left | ',
        김_우안: '김 | 1 | right | ',
      },
    ],
    ['full width', { Ｐ１＿ＯＤ: 'Ｐ１ | 1 | right | ', Ｐ１＿ＯＳ: 'Ｐ１ | 1 | left | ' }],
    [
      'small letters that pair',
      { p1_l: 'p1 | 1 | left | ', p1_r: 'p1 | 1 | right | ', p2_l: 'p2 | 1 | left | ' },
    ],
    [
      'a year’s folder',
      {
        '2025/P1_left': 'P1 | 2025 | left | ',
        '2025/P1_right': 'P1 | 2025 | right | ',
        '2026/P1_left': 'P1 | 2026 | left | ',
      },
    ],
    [
      'the uploaded folder a year',
      { P1_left: 'P1 | 2026 | left | ', P1_right: 'P1 | 2026 | right | ' },
      { root: '2026' },
    ],
    [
      'the visit named by hand',
      { 'P7/2024-05-01/left': 'P7 | base | left | ', 'P7/2024-05-01/right': 'P7 | base | right | ' },
      { exam: 'base' },
    ],
    [
      'a folder named patient and date',
      { 'P7 2026-11-20/OD': 'P7 | 2026-11-20 | right | ', 'P7 2026-11-20/OS': 'P7 | 2026-11-20 | left | ' },
    ],
    [
      'folders for year, month and day',
      { '2026/11/20/P7/OD': 'P7 | 2026-11-20 | right | ', '2026/3/7/P7/OS': 'P7 | 2026-03-07 | left | ' },
    ],
    [
      'folders for year and month',
      { '2026/11/P7/OD': 'P7 | 2026-11 | right | ', '2026/11/P7/OS': 'P7 | 2026-11 | left | ' },
    ],
    [
      'numbered photographs in an eye’s folder',
      { 'P1/OD/1': 'P1 | 1 | right | ', 'P1/OS/1': 'P1 | 1 | left | ', 'P2/OD/1': 'P2 | 1 | right | ' },
    ],
    [
      'date and time in a patient’s folder',
      {
        'P7/20261120_101523_OD': 'P7 | 2026-11-20 | right | ',
        'P7/20261120_101601_OS': 'P7 | 2026-11-20 | left | ',
      },
    ],
    [
      'patients of six digits behind a date',
      {
        '20261120_100123_OD': '100123 | 2026-11-20 | right | ',
        '20261120_109977_OS': '109977 | 2026-11-20 | left | ',
      },
    ],
    [
      'a visit’s folder and a date',
      {
        'P7/visit 2/2024-05-01_OD': 'P7 | 2024-05-01 | right | ',
        'P7/visit 2/2024-05-01_OS': 'P7 | 2024-05-01 | left | ',
      },
    ],
    [
      'the second copy of a file',
      { P1_OD: 'P1 | 1 | right | ', 'P1_OD (2)': 'P1 | 1 | right | ', 'P1_OS - Copy': 'P1 | 1 | left | ' },
    ],
  ];

  it.each(cases.map(named))('$what', ({ files, options }) => {
    const { files: found, doubts } = read(Object.keys(files), options);
    expect(found).toEqual(Object.values(files));
    expect(doubts).toEqual([]);
  });
});

describe('what is doubtful is asked', () => {
  it.each<Doubtful>([
    ['no-patient', ['IMG_001_OD', 'DSC0002_OS'], ['IMG_001 | 1 | right | ', 'DSC0002 | 1 | left | ']],
    ['no-patient', ['Image_OD', 'Image_OS'], ['Image | 1 | right | ', 'Image | 1 | left | ']],
    ['ambiguous-eye', ['Smith_R_0001', 'Jones_L_0002'], ['Smith | 1 | right | ', 'Jones | 1 | left | ']],
    ['single-laterality', ['P1_left', 'P2_left'], ['P1 | 1 | left | ', 'P2 | 1 | left | ']],
    [
      'other-pattern',
      ['P1_left', 'P1_right', 'P2L', 'P2R'],
      ['P1 | 1 | left | ', 'P1 | 1 | right | ', 'P2 | 1 | left | ', 'P2 | 1 | right | '],
    ],
    [
      'unverified-pattern',
      ['12-20150310@103322-L1-S', '12-20150310@103355-R1-S'],
      ['12 | 2015-03-10 | left | ', '12 | 2015-03-10 | right | '],
    ],
    ['unknown-word', ['P1_OD_Meyer', 'P1_OS_Meyer'], ['P1 | 1 | right | ', 'P1 | 1 | left | ']],
    [
      'folder-roles',
      ['P7/1/OD', 'P7/2/OS', 'P8/1/OD'],
      ['P7 | 1 | right | ', 'P7 | 2 | left | ', 'P8 | 1 | right | '],
    ],
    ['folder-roles', ['north/P7/OD', 'south/P7/OS'], ['P7 | 1 | right | ', 'P7 | 1 | left | ']],
    ['folder-or-name', ['P7/xy_OD', 'P8/xy_OS'], ['P7 | 1 | right | ', 'P8 | 1 | left | ']],
    ['folder-or-name', ['north/P7_OD', 'south/P7_OS'], ['P7 | 1 | right | ', 'P7 | 1 | left | ']],
    ['folder-or-name', ['P7/P8_OD', 'P7/P8_OS'], ['P8 | 1 | right | ', 'P8 | 1 | left | ']],
    ['folder-or-name', ['P7/1_OD', 'P7/2_OS'], ['P7 | 1 | right | ', 'P7 | 1 | left | ']],
    [
      'name-differs',
      ['P1/left/P2', 'P1/right/x', 'P2/left/y', 'P2/right/z'],
      ['P1 | 1 | left | ', 'P1 | 1 | right | ', 'P2 | 1 | left | ', 'P2 | 1 | right | '],
    ],
    [
      'folder-or-name',
      ['P1/OD/1', 'P1/OD/2', 'P1/OS/1', 'P1/OS/2'],
      ['P1 | 1 | right | ', 'P1 | 1 | right | ', 'P1 | 1 | left | ', 'P1 | 1 | left | '],
    ],
    [
      'ambiguous-date',
      ['Smith_19800101_OD', 'Smith_19800101_OS'],
      ['Smith | 1980-01-01 | right | ', 'Smith | 1980-01-01 | left | '],
    ],
    [
      'ambiguous-date',
      ['P1_03-04-2026_OD', 'P1_03-04-2026_OS'],
      ['P1 | 2026-04-03 | right | ', 'P1 | 2026-04-03 | left | '],
    ],
    [
      'different-days',
      ['2026-11-26/P1_20261120_OD', '2026-11-26/P1_20261120_OS'],
      ['P1 | 2026-11-20 | right | ', 'P1 | 2026-11-20 | left | '],
    ],
  ])('%s: %j', (kind, paths, files) => {
    const found = read(paths);
    expect(found.doubts).toEqual([kind]);
    expect(found.files).toEqual(files);
  });
});

describe('what cannot be told is refused', () => {
  it.each<readonly [string, string[], RegExp]>([
    ['a surname', ['Le_Van_0001'], /which eye.*"Le" may be a name/],
    ['a surname in capitals', ['LE_VAN_0001'], /which eye/],
    ['an initial in front', ['R_Smith_0001'], /which eye.*"R" may be a name/],
    ['six digits that are a time, and no folder', ['20261120_101523_OD'], /whose eye/],
    ['no eye at all', ['scan'], /which eye/],
    ['a word that only begins so', ['Leroy_0001', 'bright_0001', 'Rightman_2'], /which eye/],
    ['a Chinese surname', ['左宗棠'], /which eye/],
    ['no patient', ['OD'], /whose eye/],
    ['a number behind the eye and nothing else', ['left_10'], /whose eye/],
    ['a date and no patient', ['2024-05-01/OD'], /whose eye/],
    ['a camera and no patient', ['camera1/OD'], /whose eye/],
    ['both eyes', ['P1_left_of_OD', 'left_right_7'], /both eyes/],
    ['folder against name', ['P1/left/img_right', 'P1/OS/OD'], /folder "(left|OS)" the other/],
    ['an id that none can be', ['a#b_left', '..x..y_left'], /patient id|which eye/],
  ])('%s', (_, paths, reason) => {
    for (const path of paths) {
      const segments = path.split('/');
      const { files } = explainFolder([{ folders: segments.slice(0, -1), stem: segments.at(-1) ?? '' }]);
      expect(files[0]).toEqual({ refused: expect.stringMatching(reason) });
    }
  });

  it('two surnames, even where they are Le and Re', () => {
    expect(read(['Le_Kim_01', 'Re_Kim_01']).files).toEqual(['-', '-']);
    expect(read(['LE_P1', 'RE_P1']).files).toEqual(['P1 | 1 | left | ', 'P1 | 1 | right | ']);
  });

  it('a file in another patient’s folder, where folders are named as patients', () => {
    expect(read(['P7/P7_OD', 'P8/P7_OS', 'P8/P8_OS']).files).toEqual([
      'P7 | 1 | right | ',
      '-',
      'P8 | 1 | left | ',
    ]);
  });
});

describe('a word of an eye inside a name', () => {
  const latin = [...EYE_WORDS.keys()].filter((word) => /^[a-z]+$/.test(word));
  const letter = fc.constantFrom(...'bcdfghjkmnpqtvwxyz');

  it('is no eye, whatever letters are around it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...latin),
        fc.string({ unit: letter, minLength: 2, maxLength: 6 }),
        fc.boolean(),
        (word, letters, before) => {
          const name = before ? `${letters}${word}` : `${word}${letters}`;
          fc.pre(!EYE_WORDS.has(name));
          const title = `${name[0]?.toUpperCase()}${name.slice(1)}`;
          expect(read([`${title}_0001`]).files).toEqual(['-']);
          expect(read([`${title}_left`, `${title}_right`]).files).toEqual([
            `${title} | 1 | left | `,
            `${title} | 1 | right | `,
          ]);
        },
      ),
      { seed: 11 },
    );
  });

  it('that may be a name is one in front of or within a patient’s name', () => {
    const names = [...EYE_WORDS]
      .filter(([word, { clear }]) => !clear && /^[a-z]{2,}$/.test(word))
      .map(([word]) => word);
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer({ min: 1, max: 9999 }), (word, number) => {
        const name = `${word[0]?.toUpperCase()}${word.slice(1)}`;
        expect(read([`${name}_Van_${number}`, `${name}_Thi_${number}`]).files).toEqual(['-', '-']);
        expect(read([`Van_${name}_${number}`, `Thi_${name}_${number}`]).files).toEqual(['-', '-']);
      }),
      { seed: 12 },
    );
  });
});

describe('a pattern of the programme’s own', () => {
  const own = (pattern: string, ...paths: string[]) => read(paths, { pattern }).files;

  it.each([
    ['{patient}_{date}_{eye}_{n}', 'P_1_20261120_OD_3', 'P_1 | 2026-11-20 | right | '],
    ['{eye}_{patient}', 'le_Van_0001', 'Van_0001 | 1 | left | '],
    ['{clinic}/{exam}/{patient}/{eye}-{field}', 'north/base/P7/R-disc', 'P7 | base | right | disc'],
    ['{ignore}_{patient}_{eye}', 'x_7_OS', '7 | 1 | left | '],
    ['{patient}{eye}', 'P7L', 'P7 | 1 | left | '],
  ])('%s reads %s', (pattern, path, expected) => {
    expect(own(pattern, path)).toEqual([expected]);
  });

  it.each([
    ['does not fit', '{patient}_{date}_{eye}', 'P1_OD'],
    ['other folders', '{patient}/{eye}', 'north/P1/OD'],
    ['two ways', '{clinic}_{patient}_{eye}', 'a_b_c_OD'],
    ['no such day', '{patient}_{date}_{eye}', 'P1_20260231_OD'],
    ['another eye', '{patient}/{eye}/{ignore}', 'P1/left/img_right'],
  ])('refuses %s', (_, pattern, path) => {
    expect(own(pattern, path)).toEqual(['-']);
  });

  it.each([
    ['{patient}_{n}', /lacks \{eye\}/],
    ['{eye}', /lacks \{patient\}/],
    ['{patient}_{side}', /\{side\}, which is not known/],
    ['{patient}_{tail}_{eye}', /\{tail\}, which is not known/],
    ['{patient}_{eye}_{eye}', /\{eye\} twice/],
    ['{clinic}{patient}_{eye}', /side by side/],
  ])('%s is refused itself', (pattern, why) => {
    expect(() => own(pattern, 'P1_OD')).toThrow(why);
  });
});

it.each([
  ['a run of signs', `左${'('.repeat(90)} (1)`],
  ['numbers without end', `左 ${'20260501 '.repeat(22)}!`],
  ['more than a file system takes', `P1_left${'x'.repeat(300)}`],
])('a name of %s has no reading: its patterns would be tried in too many ways', (_, stem) => {
  const { files } = explainFolder([
    { stem, folders: [] },
    { stem: 'P2_left', folders: [] },
  ]);
  expect(files[0]).toHaveProperty('refused');
  expect(files[1]).not.toHaveProperty('refused');
});
