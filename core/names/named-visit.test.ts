import { describe, expect, it } from 'vitest';
import { type ExplainOptions, explainFolder } from './explain-folder.ts';

const explain = (paths: readonly string[], options: ExplainOptions = {}) =>
  explainFolder(
    paths.map((path) => ({ folders: path.split('/').slice(0, -1), stem: path.split('/').at(-1) ?? '' })),
    options,
  );
/** The first file's visit and day; both eyes are there, so that none is asked about for that. */
const visit = (path: string, options?: ExplainOptions) => {
  const { files, doubts } = explain([`${path}_OD`, `${path}_OS`], options);
  const [file] = files;
  return {
    exam: file === undefined || 'refused' in file ? null : file.exam,
    day: file === undefined || 'refused' in file ? null : file.day,
    doubts: doubts.map(({ kind, text, images }) => `${kind} ${JSON.stringify(images)} ${text}`),
  };
};

describe('a visit is', () => {
  it.each<readonly [string, string, ExplainOptions | undefined, string, string | null]>([
    ['the name’s date', '2026/P1_20261120', undefined, '2026-11-20', '2026-11-20'],
    ['a folder’s date', '2026-11-20/P1', { root: '2025' }, '2026-11-20', '2026-11-20'],
    ['a folder’s month', '2026-11/P1', undefined, '2026-11', null],
    ['the uploaded folder’s date', 'P1', { root: '20.11.2026' }, '2026-11-20', '2026-11-20'],
    ['the uploaded folder’s year', 'P1', { root: '2026' }, '2026', null],
    [
      'a folder’s date before a visit’s folder',
      '2026-11-20/visit 2/P1',
      undefined,
      '2026-11-20',
      '2026-11-20',
    ],
    ['a visit’s folder', 'visit 2/P1', { root: 'north' }, 'visit 2', null],
    ['1 where nothing tells it', 'north/P1', { root: 'north' }, '1', null],
    [
      'what is named for all, with the day of the name',
      'P1_20261120',
      { exam: 'base' },
      'base',
      '2026-11-20',
    ],
  ])('%s', (_, path, options, exam, day) => {
    expect(visit(path, options)).toEqual({ exam, day, doubts: [] });
  });

  it('refused where its name can be none', () => {
    expect(explain(['P1_OD'], { exam: 'a/b' }).files).toEqual([{ refused: expect.stringContaining('exam') }]);
  });
});

describe('a date is asked about', () => {
  it.each<readonly [string, string, ExplainOptions | undefined, RegExp]>([
    [
      'long before there were such cameras',
      'P1_19991231',
      undefined,
      /^ambiguous-date \[0,1\].*1999-12-31 is long ago/,
    ],
    [
      'of which month may be first',
      'P1_03-04-2026',
      undefined,
      /2026-04-03 or 2026-03-04.*Read as 2026-04-03/,
    ],
    ['likewise in a folder', '03-04-2026/P1', undefined, /2026-04-03 or 2026-03-04/],
    ['likewise in the patient’s folder', 'P1 03-04-2026/IMG', undefined, /2026-04-03 or 2026-03-04/],
    ['likewise in the uploaded folder', 'P1', { root: '03-04-2026' }, /2026-04-03 or 2026-03-04/],
    [
      'unlike the folder’s',
      '2026-11-21/P1_20261120',
      undefined,
      /^different-days.*2026-11-20 but a folder 2026-11-21.*visit of 2026-11-20/,
    ],
    [
      'of another month than the folder',
      '2026-10/P1_20261120',
      undefined,
      /^different-days.*folder 2026-10\./,
    ],
    [
      'of another year than the uploaded folder',
      'P1_20261120',
      { root: '2025' },
      /^different-days.*folder 2025\./,
    ],
  ])('%s', (_, path, options, text) => {
    const { doubts } = visit(path, options);
    expect(doubts).toHaveLength(1);
    expect(doubts[0]).toMatch(text);
  });

  it.each<readonly [string, string, ExplainOptions | undefined]>([
    ['of the first digital cameras’ year', 'P1_20000101', undefined],
    ['in a folder, where the name tells it plainly', '03-04-2026/P1_20260403', undefined],
    ['in the uploaded folder, where a folder tells it plainly', '2026-04-03/P1', { root: '03-04-2026' }],
    ['in the folder’s month', '2026-11/P1_20261120', undefined],
    ['of the first digital cameras’ year, told by a folder', '2000/P1', undefined],
    ['in the uploaded folder’s year', 'P1_20261120', { root: '2026' }],
  ])('not %s', (_, path, options) => {
    expect(visit(path, options).doubts).toEqual([]);
  });
});

describe('the field', () => {
  const field = (path: string) => {
    const [file] = explain([path]).files;
    return file === undefined || 'refused' in file ? undefined : file.field;
  };
  it('is the name’s, else the innermost folder’s', () => {
    expect(field('disc/P1_macula_OD')).toBe('macula');
    expect(field('macula/P1/disc/OD')).toBe('disc');
    expect(field('disc/P1/OD')).toBe('disc');
    expect(field('P1/OD')).toBeNull();
  });
});

describe('an eye that is told by a doubtful word', () => {
  const doubts = (...paths: string[]) =>
    explain(paths).doubts.map(({ kind, text, images }) => `${kind} ${JSON.stringify(images)} ${text}`);

  it('is asked with the word and the eye', () => {
    expect(doubts('Smith_R_0001', 'P1_left')).toContainEqual(
      expect.stringMatching(/^ambiguous-eye \[0\] "R" may.*the right eye\.$/),
    );
    expect(doubts('P7/L/IMG_1', 'P8_right')).toContainEqual(
      expect.stringMatching(/^ambiguous-eye \[0\] "L" may.*the left eye\.$/),
    );
  });
});

describe('a word behind the eye', () => {
  it('is asked with the word, except in a folder’s name', () => {
    const { doubts } = explain(['P1_OD_Meyer', 'P1_OS_Meyer', 'P2_OS_Kunz']);
    expect(doubts.filter(({ kind }) => kind === 'unknown-word')).toEqual([
      { kind: 'unknown-word', text: expect.stringContaining('"Meyer"'), images: [0, 1] },
      { kind: 'unknown-word', text: expect.stringContaining('"Kunz"'), images: [2] },
    ]);
    expect(explain(['P1_OD_Meyer/IMG_1', 'P1_OS_Meyer/IMG_2']).doubts).toEqual([]);
  });
});

describe('a name that no person and no camera gives, in the folder of an eye', () => {
  const name = 'x'.repeat(300);

  it('is read by its folders', () => {
    const { files } = explain([`2026-11-20/P7/disc/left/${name}`]);
    expect(files).toEqual([
      {
        ...{ patient: 'P7', exam: '2026-11-20', laterality: 'left', field: 'disc', day: '2026-11-20' },
        pattern: '{date}/{patient}/{field}/{eye}/{ignore}',
      },
    ]);
  });

  it('is asked about with the folder’s word where that may be a name', () => {
    const { doubts } = explain([`P7/R/${name}`]);
    expect(doubts[0]).toMatchObject({ kind: 'ambiguous-eye', text: expect.stringContaining('"R" may be') });
  });
});

it('a file that is refused is not asked about', () => {
  const { files, doubts } = explain(['a..b_03-04-2026_OD', 'P1_OS', 'P1_OD']);
  expect(files[0]).toHaveProperty('refused');
  expect(doubts).toEqual([]);
});

it.each([
  ['north/P7/OD', '{clinic}/{patient}/{eye}{tail}'],
  ['P1/left/IMG_0001', '{patient}/{eye}/{ignore}'],
  ['P7_OD/IMG_1', '{patient}_{eye}/{ignore}'],
  ['P7/IMG_1_OD', '{patient}/{ignore}[_{date}[_{time}]][_{field}]_{eye}{tail}'],
])('%s is read by %s', (path, pattern) => {
  expect(explain([path]).files[0]).toMatchObject({ pattern });
});

describe('photographs of one eye only', () => {
  it('are asked about, with those that can be sent', () => {
    expect(explain(['P1_OS', 'scan', 'P2_OS']).doubts).toEqual([
      { kind: 'single-laterality', text: expect.stringContaining('a left eye'), images: [0, 2] },
    ]);
    expect(explain(['P1_OD']).doubts).toEqual([
      { kind: 'single-laterality', text: expect.stringContaining('a right eye'), images: [0] },
    ]);
  });

  it('where nothing can be sent nothing is asked', () => {
    expect(explain(['scan']).doubts).toEqual([]);
    expect(explain([])).toEqual({ files: [], doubts: [] });
  });
});

describe('a name that is another patient’s', () => {
  it('is asked about, a number or the patient’s own is not', () => {
    const { doubts } = explain([
      'P1/left/P2',
      'P1/right/x',
      'P2/left/y',
      'P2/right/z',
      'P3/left/P3',
      'P3/right/17',
      '17_OD',
    ]);
    expect(doubts.filter(({ kind }) => kind === 'name-differs')).toEqual([
      { kind: 'name-differs', text: expect.stringMatching(/"P2".*patient P1\./), images: [0] },
    ]);
  });

  it('even if it begins with digits, and not if it is the patient’s own', () => {
    const asked = (...paths: string[]) =>
      explain(paths).doubts.flatMap(({ kind, images }) => (kind === 'name-differs' ? [images] : []));
    expect(asked('P1_OD/7x', 'P1_OS/IMG_1', '7x_OS', '7x_OD')).toEqual([[0]]);
    expect(asked('P7_OD/P7', 'P7_OS/P7')).toEqual([]);
  });
});
