import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EYE_WORDS } from '../exams/eye-words.ts';
import { explainFolder } from './explain-folder.ts';
import { readFolder } from './testing/read-folder.ts';

type Doubtful = readonly [kind: string, paths: readonly string[], files: readonly string[]];

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
    const found = readFolder(paths);
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
    expect(readFolder(['Le_Kim_01', 'Re_Kim_01']).files).toEqual(['-', '-']);
    expect(readFolder(['LE_P1', 'RE_P1']).files).toEqual(['P1 | 1 | left | ', 'P1 | 1 | right | ']);
  });

  it('a file in another patient’s folder, where folders are named as patients', () => {
    expect(readFolder(['P7/P7_OD', 'P8/P7_OS', 'P8/P8_OS']).files).toEqual([
      'P7 | 1 | right | ',
      '-',
      'P8 | 1 | left | ',
    ]);
  });
});

describe('a word of an eye inside a name', () => {
  const latin = [...EYE_WORDS.keys()].filter((word) => /^[a-z]+$/.test(word));
  const letter = fc.constantFrom(...'bcdfghjkmnpqtvwxyz');

  it('is not read as an eye, whatever letters are around it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...latin),
        fc.string({ unit: letter, minLength: 2, maxLength: 6 }),
        fc.boolean(),
        (word, letters, before) => {
          const name = before ? `${letters}${word}` : `${word}${letters}`;
          fc.pre(!EYE_WORDS.has(name));
          const title = `${name[0]?.toUpperCase()}${name.slice(1)}`;
          expect(readFolder([`${title}_0001`]).files).toEqual(['-']);
          expect(readFolder([`${title}_left`, `${title}_right`]).files).toEqual([
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
        expect(readFolder([`${name}_Van_${number}`, `${name}_Thi_${number}`]).files).toEqual(['-', '-']);
        expect(readFolder([`Van_${name}_${number}`, `Thi_${name}_${number}`]).files).toEqual(['-', '-']);
      }),
      { seed: 12 },
    );
  });
});

describe('a pattern of the programme’s own', () => {
  const own = (pattern: string, ...paths: string[]) => readFolder(paths, { pattern }).files;

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
