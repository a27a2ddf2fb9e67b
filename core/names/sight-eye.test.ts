import { describe, expect, it } from 'vitest';
import { sightEyes } from './sight-eye.ts';

const sight = (...paths: string[]) =>
  sightEyes(
    paths.map((path) => ({ folders: path.split('/').slice(0, -1), stem: path.split('/').at(-1) ?? '' })),
  ).map((found) =>
    'refused' in found
      ? found.refused
      : `${found.laterality} by ${found.eyeFrom}${found.isEyeDoubtful ? ', doubtful' : ''}`,
  );

describe('an eye is told', () => {
  it.each([
    ['P1_left', 'left by name'],
    ['P1/left/IMG_1', 'left by folder'],
    ['P1/left/P1_OS', 'left by name'],
    ['P1_OS/IMG_1', 'left by named-folder'],
    ['P1/R/IMG_1', 'right by folder, doubtful'],
    ['Smith_R_0001', 'right by name, doubtful'],
    // A doubtful word of the name does not stand against a folder.
    ['P1/right/Smith_R_0001', 'right by folder'],
  ])('%s: %s', (path, told) => {
    expect(sight(path)).toEqual([told]);
  });

  it('by a letter, where its folder’s fellow is beside it', () => {
    expect(sight('P1/r/IMG_1', 'P1/l/IMG_2', 'P2/r/IMG_3')).toEqual([
      'right by folder',
      'left by folder',
      expect.stringContaining('which eye'),
    ]);
  });

  it('by a letter, where some patient has the other in the same place', () => {
    expect(sight('Smith_R_1', 'Smith_L_1', 'Jones_L_2')).toEqual([
      'right by name',
      'left by name',
      'left by name',
    ]);
  });
});

describe('an eye that is told twice and differently is refused', () => {
  it.each([
    ['P1/OS/OD', /right eye but its folder "OS" the other/],
    ['P1_left/P1_OD', /right eye but its folder "P1_left" the other/],
    ['left/OS/P1_OD', /its folder "left" and "OS" the other/],
    ['OD/P1_OS/IMG_1', /right eye but its folder "P1_OS" the other/],
    ['P1_left/right/IMG_1', /right eye but its folder "P1_left" the other/],
    ['P1/left/img_right', /right eye but its folder "left" the other/],
    ['P1_left_of_OD', /"P1_left_of_OD" names both eyes/],
    ['P1/left/7 OD OS', /both eyes|the other/],
    ['P1_OD/img OS left', /the other|both eyes/],
  ])('%s', (path, reason) => {
    expect(sight(path)[0]).toMatch(reason);
  });

  it('by a letter’s folder too, where its fellow is beside it', () => {
    expect(sight('P1/L/P1_right', 'P1/R/IMG_1')[0]).toMatch(/right eye but its folder "L" the other/);
  });

  it('by the patient’s folder and a name that no pattern reads', () => {
    expect(sight('P1_OD/x______left')[0]).toMatch(/both eyes/);
  });

  it('but not if a folder names both', () => {
    expect(sight('left and right/P1_OD', 'OD OS/P1_OS')).toEqual(['right by name', 'left by name']);
  });

  it('nor if it is told twice alike', () => {
    expect(sight('P1_OD/right/P1_right_OD')).toEqual(['right by name']);
  });
});

describe('an eye that is not told is refused', () => {
  it.each(['Le', 're', 'La', 'ra', 'Li', 'oi', 'L', 'r'])('with a word on the name %s', (word) => {
    expect(sight(`${word}_Van_0001`)[0]).toContain(`"${word}" may be a name`);
  });

  it.each(['Van_Le', 'Leroy_0001', 'x_Le_1', 'scan', 'Lé_Van_1'])('and none on %s', (stem) => {
    expect(sight(stem)[0]).toContain('which eye');
    expect(sight(stem)[0]).not.toContain('may be a name');
  });

  it.each(['OD_1/scan', 'Smith_R_0001/scan'])(
    'in %s, whose folder names no patient or a doubtful eye',
    (path) => {
      expect(sight(path)[0]).toContain('which eye');
    },
  );
});
