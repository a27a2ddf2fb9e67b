import { describe, expect, it } from 'vitest';
import { explainFolder } from './explain-folder.ts';
import { patternText } from './pattern-doubts.ts';

const explain = (paths: readonly string[]) =>
  explainFolder(
    paths.map((path) => ({ folders: path.split('/').slice(0, -1), stem: path.split('/').at(-1) ?? '' })),
  );
/** Of each file `patient | exam | pattern`, or its refusal. */
const files = (...paths: string[]) =>
  explain(paths).files.map((file) =>
    'refused' in file ? file.refused : `${file.patient} | ${file.exam} | ${patternText(file.pattern)}`,
  );
/** Of each doubt `kind [images] end of its text`, from where it says how it is read. */
const doubts = (...paths: string[]) =>
  explain(paths).doubts.map(
    ({ kind, text, images }) => `${kind} ${JSON.stringify(images)} ${/Read as.*$/.exec(text)?.[0] ?? ''}`,
  );

describe('a name in a folder of an eye', () => {
  it('is asked about where it holds both eyes and the folder above may be its clinic', () => {
    expect(doubts('north/left/P1', 'north/right/P1')).toEqual([
      'folder-or-name [0,1] Read as patient north.',
    ]);
  });

  it('is a photograph’s where it is a number', () => {
    expect(files('north/left/1', 'north/right/2')).toEqual([
      'north | 1 | {patient}/{eye}/{ignore}',
      'north | 1 | {patient}/{eye}/{ignore}',
    ]);
    expect(doubts('north/left/1', 'north/right/1')).toEqual([]);
  });
});

describe('two folders that may be the patient', () => {
  it('a folder that many have is a visit of the folder above it', () => {
    const paths = ['P7/base/OD', 'P7/base/OS', 'P8/base/OD', 'P8/base/OS'];
    expect(files(...paths).slice(1, 3)).toEqual([
      'P7 | base | {patient}/{exam}/{eye}',
      'P8 | base | {patient}/{exam}/{eye}',
    ]);
    expect(doubts(...paths)).toEqual([
      'folder-roles [0,1] Read as patient P7 with visit base.',
      'folder-roles [2,3] Read as patient P8 with visit base.',
    ]);
  });

  it('so is a small number, but not below another small number', () => {
    expect(files('P7/12/OD', 'P7/13/OS')).toEqual([
      'P7 | 12 | {patient}/{exam}/{eye}',
      'P7 | 13 | {patient}/{exam}/{eye}',
    ]);
    expect(files('3/12/OD', '3/13/OS')).toEqual([
      '12 | 1 | {clinic}/{patient}/{eye}',
      '13 | 1 | {clinic}/{patient}/{eye}',
    ]);
    expect(doubts('3/12/OD', '3/13/OS')).toEqual([]);
    expect(files('P7/123/OD', 'P7/124/OS')[0]).toBe('123 | 1 | {clinic}/{patient}/{eye}');
  });

  it('a number of two digits is a clinic’s as well, one with a letter is none', () => {
    expect(files('12/3/OD', '12/4/OS')[0]).toBe('3 | 1 | {clinic}/{patient}/{eye}');
    expect(files('12A/3/OD', '12A/4/OS')[0]).toBe('12A | 3 | {patient}/{exam}/{eye}');
    expect(files('7/OD', '7/OS')[0]).toBe('7 | 1 | {patient}/{eye}');
  });

  it('a word or a number is not an id, though the folder above has no digit', () => {
    expect(files('north/base/OD', 'south/base/OS')[0]).toBe('north | base | {patient}/{exam}/{eye}');
    expect(files('north/12/OD', 'north/13/OS')[0]).toBe('north | 12 | {patient}/{exam}/{eye}');
  });

  it('so is a full-width number', () => {
    expect(files('P7/２/OD', 'P7/２/OS')[0]).toBe('P7 | ２ | {patient}/{exam}/{eye}');
  });

  it('an id in two clinics stays the patient', () => {
    const paths = ['north/P7/OD', 'south/P7/OS'];
    expect(files(...paths)).toEqual([
      'P7 | 1 | {clinic}/{patient}/{eye}',
      'P7 | 1 | {clinic}/{patient}/{eye}',
    ]);
    expect(doubts(...paths)).toEqual([
      'folder-roles [0] Read as patient P7.',
      'folder-roles [1] Read as patient P7.',
    ]);
  });

  it('a word in two folders that have digits is a visit of them', () => {
    expect(files('K1/P7/OD', 'K2/P7/OS')[0]).toBe('K1 | P7 | {patient}/{exam}/{eye}');
  });

  it('with folders between them that say nothing', () => {
    expect(files('P7/images/12/OD', 'P7/images/13/OS')[0]).toBe('P7 | 12 | {patient}/{ignore}/{exam}/{eye}');
  });

  it('a dated visit’s folder keeps its date', () => {
    expect(files('P7/3 2026-11-20/OD', 'P7/4 2026-11-21/OS')).toEqual([
      'P7 | 2026-11-20 | {patient}/{exam}/{eye}',
      'P7 | 2026-11-21 | {patient}/{exam}/{eye}',
    ]);
  });
});

describe('a name in a folder that may be the patient too', () => {
  it('the folder’s spelling is kept where both are one id', () => {
    expect(files('P-7/p7_OD', 'P-7/P_7_OS')).toEqual([
      'P-7 | 1 | {patient}/{patient}_{eye}',
      'P-7 | 1 | {patient}/{patient}_{eye}',
    ]);
    expect(doubts('P-7/p7_OD', 'P-7/P_7_OS')).toEqual([]);
  });

  it('another patient’s file is refused where folders are named as patients', () => {
    expect(files('P7/P7_OD', 'P8/P9_OS')[1]).toMatch(/patient "P9" but its folder "P8"/);
  });

  it('but not a name of another form: the folder is a clinic', () => {
    expect(files('P7/P7_OD', 'north/K12_OS')[1]).toBe('K12 | 1 | {clinic}/{patient}_{eye}');
  });

  it('a number behind the folder’s name numbers the photograph', () => {
    expect(files('P7/P7_001_OD', 'P7/P7_002_OS')).toEqual([
      'P7 | 1 | {patient}/{ignore}_{eye}',
      'P7 | 1 | {patient}/{ignore}_{eye}',
    ]);
    expect(doubts('P7/P7_001_OD', 'P7/P7_002_OS')).toEqual([]);
  });

  it('or the patient, if both eyes have the number', () => {
    expect(files('P7/P7_001_OD', 'P7/P7_001_OS')[0]).toBe('P7_001 | 1 | {clinic}/{patient}_{eye}');
    expect(doubts('P7/P7_001_OD', 'P7/P7_001_OS')).toEqual(['folder-or-name [0,1] Read as patient P7_001.']);
    expect(doubts('north/north_001_OD', 'north/north_001_OS')).toEqual([]);
  });

  it('behind a folder’s name without digits it is asked', () => {
    expect(files('north/north_001_OD', 'north/north_002_OS')[0]).toBe('north | 1 | {patient}/{ignore}_{eye}');
    expect(doubts('north/north_001_OD', 'north/north_002_OS')).toEqual([
      'folder-or-name [0] Read as patient north.',
      'folder-or-name [1] Read as patient north.',
    ]);
  });

  it('a word or a number that is in several folders is a label', () => {
    expect(files('P7/xy_OD', 'P8/xy_OS', 'P7/12_OD', 'P8/12_OS')).toEqual([
      'P7 | 1 | {patient}/{ignore}_{eye}',
      'P8 | 1 | {patient}/{ignore}_{eye}',
      'P7 | 1 | {patient}/{ignore}_{eye}',
      'P8 | 1 | {patient}/{ignore}_{eye}',
    ]);
    expect(doubts('P7/xy_OD', 'P8/xy_OS')).toEqual([
      'folder-or-name [0] Read as a label of patient P7.',
      'folder-or-name [1] Read as a label of patient P8.',
    ]);
  });

  it('an id that is in several folders is one patient', () => {
    expect(files('north/K7_OD', 'south/K7_OS')).toEqual([
      'K7 | 1 | {clinic}/{patient}_{eye}',
      'K7 | 1 | {clinic}/{patient}_{eye}',
    ]);
    expect(doubts('north/K7_OD', 'south/K7_OS')).toEqual(['folder-or-name [0,1] Read as one patient K7.']);
  });

  it('an id of the folder’s form is asked where it is the only one there', () => {
    expect(doubts('P7/P8_OD', 'P7/P8_OS')).toEqual(['folder-or-name [0,1] Read as patient P8.']);
    expect(files('P7/P8_OD', 'P7/P8_OS', 'P7/P9_OD')).toContain('P9 | 1 | {clinic}/{patient}_{eye}');
    expect(doubts('P7/P8_OD', 'P7/P8_OS', 'P7/P9_OD')).toEqual([]);
  });

  it('of each folder by itself', () => {
    expect(doubts('P7/P8_OD', 'P9/P10_OS')).toEqual([
      'folder-or-name [0] Read as patient P8.',
      'folder-or-name [1] Read as patient P10.',
    ]);
  });

  it('one or two numbers number the photographs of the folder’s patient', () => {
    expect(files('P7/1_OD', 'P7/2_OS')[1]).toBe('P7 | 1 | {patient}/{ignore}_{eye}');
    expect(doubts('P7/1_OD', 'P7/2_OS')).toEqual([
      'folder-or-name [0] Read as photograph 1 of patient P7.',
      'folder-or-name [1] Read as photograph 2 of patient P7.',
    ]);
  });

  it('three numbers are patients, and so is a number with both eyes or in a clinic’s folder', () => {
    expect(files('P7/1_OD', 'P7/2_OS', 'P7/3_OS')[0]).toBe('1 | 1 | {clinic}/{patient}_{eye}');
    expect(files('P7/1_OD', 'P7/1_OS')[0]).toBe('1 | 1 | {clinic}/{patient}_{eye}');
    expect(files('north/1_OD', 'north/2_OS')[0]).toBe('1 | 1 | {clinic}/{patient}_{eye}');
    expect(files('P7/Ana_OD', 'P7/Eva_OS')[0]).toBe('Ana | 1 | {clinic}/{patient}_{eye}');
  });

  it('a folder for the visit keeps its name', () => {
    expect(files('visit 2/P7_OD', 'visit 2/P7_OS')[0]).toBe('P7 | visit 2 | {exam}/{patient}_{eye}');
  });
});

describe('a name in an eye’s folder', () => {
  it('is not a patient where it is a time or what cameras write', () => {
    expect(files('P7/OD/101523', 'P7/OS/IMG_0002')).toEqual([
      'P7 | 1 | {patient}/{eye}/{ignore}',
      'P7 | 1 | {patient}/{eye}/{ignore}',
    ]);
    expect(doubts('P7/OD/101523', 'P7/OS/IMG_0002')).toEqual([]);
    expect(files('OD/101523', 'OS/IMG_0002')).toEqual([
      expect.stringContaining('whose eye'),
      expect.stringContaining('whose eye'),
    ]);
  });

  it('is the patient where no other folder may be', () => {
    expect(files('left/P7', 'right/P7')).toEqual(['P7 | 1 | {eye}/{patient}', 'P7 | 1 | {eye}/{patient}']);
  });

  it('repeats the patient of the folder', () => {
    expect(files('P7/left/p7', 'P7/right/p7')[0]).toBe('P7 | 1 | {patient}/{eye}/{patient}');
    expect(doubts('P7/left/p7', 'P7/right/p7')).toEqual([]);
  });

  it('is the patient of a clinic where both eyes of several are there', () => {
    const paths = ['north/left/P1', 'north/right/P1', 'north/left/P2', 'north/right/P2'];
    expect(files(...paths)[3]).toBe('P2 | 1 | {clinic}/{eye}/{patient}');
    expect(doubts(...paths)).toEqual([]);
  });

  it('is asked where the id is in two clinics', () => {
    const paths = [
      ...['north/left/P1', 'north/right/P1', 'north/left/P2', 'north/right/P2'],
      ...['south/left/P1', 'south/right/P1'],
    ];
    expect(files(...paths)[0]).toBe('north | 1 | {patient}/{eye}/{ignore}');
    expect(doubts(...paths)).toContain('folder-or-name [0,1] Read as patient north.');
  });

  it('numbers the photographs where several patients have the same', () => {
    const paths = ['P1/OD/1', 'P1/OD/2', 'P1/OS/1', 'P1/OS/2', 'P2/OD/1', 'P2/OS/2'];
    expect(files(...paths)[1]).toBe('P1 | 1 | {patient}/{eye}/{ignore}');
    expect(doubts(...paths)).not.toContain('folder-or-name [0] Read as patient P1.');
  });

  it('is asked where a folder has several ids that are not labels', () => {
    const paths = ['P1/OD/K7', 'P1/OD/K8', 'P1/OS/K9'];
    expect(files(...paths)[0]).toBe('P1 | 1 | {patient}/{eye}/{ignore}');
    expect(doubts(...paths)).toEqual([
      'folder-or-name [0] Read as patient P1.',
      'folder-or-name [1] Read as patient P1.',
    ]);
  });

  it('is not asked about where the folders are asked about already', () => {
    expect(doubts('P7/1/left/K1', 'P7/1/left/K2', 'P7/1/right/K3')).toEqual([
      'folder-roles [0,1,2] Read as patient P7 with visit 1.',
    ]);
  });

  it('is not asked about where it is a label, or alone', () => {
    expect(doubts('P1/OD/a', 'P1/OD/b', 'P1/OS/c')).toEqual([]);
    expect(doubts('P1/OD/K7', 'P1/OS/K8')).toEqual([]);
  });
});

describe('a folder named patient and eye', () => {
  it('is the patient, its files are not', () => {
    expect(files('north/P7_OD/K1', 'north/P7_OS/K2')).toEqual([
      'P7 | 1 | {clinic}/{patient}_{eye}/{ignore}',
      'P7 | 1 | {clinic}/{patient}_{eye}/{ignore}',
    ]);
    expect(files('visit 3/P7_OD/IMG_1', 'visit 3/P7_OS/IMG_2')[0]).toBe(
      'P7 | visit 3 | {exam}/{patient}_{eye}/{ignore}',
    );
  });

  it('is not asked about where its files are numbered, or named by a camera, like another patient', () => {
    const kinds = explain(['P7_OD/17', 'P7_OS/IMG_1', '17_OD', '17_OS', 'IMG_1_OD']).doubts.map(
      ({ kind }) => kind,
    );
    expect(kinds).not.toContain('name-differs');
  });

  it('is asked about where the file is called like another patient', () => {
    expect(doubts('P7_OD/P8', 'P7_OS/IMG_1', 'P8_OD/IMG_1', 'P8_OS/7')).toEqual([
      'name-differs [0] Read as patient P7.',
    ]);
  });
});

describe('what cameras call any photograph', () => {
  it('is the patient only where no folder names one, and it is asked', () => {
    expect(files('visit 2/IMG_001_OD', 'visit 2/IMG_002_OS')[0]).toBe(
      'IMG_001 | visit 2 | {exam}/{patient}_{eye}',
    );
    expect(doubts('visit 2/IMG_001_OD', 'visit 2/IMG_002_OS')).toEqual([
      'no-patient [0] Read as patient IMG_001.',
      'no-patient [1] Read as patient IMG_002.',
    ]);
  });
});
