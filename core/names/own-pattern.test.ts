import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { checkOwnPattern, readOwnPattern } from './own-pattern.ts';

const read = (pattern: string, path: string, exam?: string) => {
  const segments = path.split('/');
  const [file] = readOwnPattern(
    [{ folders: segments.slice(0, -1), stem: segments.at(-1) ?? '' }],
    pattern,
    exam,
  ).files;
  return file;
};

describe('a programme’s own pattern reads', () => {
  it('patient, visit, eye, field and day', () => {
    expect(read('{clinic}/{patient}_{date}_{eye}-{field}', 'north/P 1_20261120_OS-disc')).toEqual({
      patient: 'P 1',
      exam: '2026-11-20',
      laterality: 'left',
      field: 'disc',
      day: '2026-11-20',
      pattern: '{clinic}/{patient}_{date}_{eye}-{field}',
    });
    expect(read('{patient}_{eye}', 'P1_OD')).toMatchObject({ exam: '1', field: null, day: null });
  });

  it('the visit that is named for all, else the name’s, else the day', () => {
    const pattern = '{exam}/{patient}_{date}_{eye}';
    expect(read(pattern, 'base/P1_20261120_OD', 'second')).toMatchObject({
      exam: 'second',
      day: '2026-11-20',
    });
    expect(read(pattern, 'base/P1_20261120_OD')).toMatchObject({ exam: 'base' });
  });

  it('and asks nothing: every name is as the programme says', () => {
    const files = [{ folders: [], stem: 'P1_OD' }];
    expect(readOwnPattern(files, '{patient}_{eye}', undefined).doubts).toEqual([]);
  });

  it('what is left out in several places', () => {
    expect(read('{ignore}-{patient}-{ignore}-{eye}', 'a-P1-b-OD')).toMatchObject({ patient: 'P1' });
  });

  it('full-width signs, and keeps the patient as it is written', () => {
    expect(read('{patient}_{eye}', 'Ｐ１＿ＯＤ')).toMatchObject({ patient: 'Ｐ１', laterality: 'right' });
  });

  it('signs as themselves: a dot stands for a dot only, and a bracket makes nothing optional', () => {
    expect(read('{patient}.{eye}', 'P1_OD')).toHaveProperty('refused');
    expect(read('{patient}[_{eye}]', 'P1[_OD]')).toMatchObject({ patient: 'P1' });
    expect(read('{patient}+{eye}', 'P1+OD')).toMatchObject({ patient: 'P1' });
  });
});

describe('a programme’s own pattern refuses', () => {
  it.each([
    ['{patient}_{date}_{eye}', 'P1_OD', /does not fit --pattern \{patient\}_\{date\}_\{eye\}/],
    ['{patient}/{eye}', 'P1_OD', /does not fit/],
    ['{patient}_{eye}', 'north/P1_OD', /does not fit/],
    ['{patient}_{eye}', 'P1_OD_2', /does not fit/],
    ['{patient}_{eye}', 'P1_OD/scan', /does not fit/],
    ['{exam}/{patient}_{eye}', 'a..b/P1_OD', /exam id/],
    ['{clinic}_{patient}_{eye}', 'a_b_c_OD', /in two ways/],
    ['{patient}_{date}_{eye}', 'P1_20260231_OD', /"20260231" is no day/],
    ['{patient}_{date}_{eye}', 'P1_03-04-2026_OD', /2026-04-03 or 2026-03-04/],
    ['{patient}/{eye}/{ignore}', 'P1/left/img_right', /different eyes/],
    ['{ignore}/{patient}_{eye}', 'right/P1_left', /different eyes/],
    ['{patient}_{eye}', '#_OD', /patient/],
  ])('by %s the name %s', (pattern, path, reason) => {
    expect(read(pattern, path)).toEqual({ refused: expect.stringMatching(reason) });
  });

  it('but not a folder or a name that holds both words where one is the eye’s own', () => {
    expect(read('{ignore}/{patient}_{eye}', 'left and right/P1_left')).toMatchObject({ laterality: 'left' });
  });
});

describe('a pattern itself', () => {
  it.each([
    '{patient}_{eye}',
    '{ignore}/{ignore}/{patient}_{eye}_{ignore}',
    '{patient}{eye}{n}',
    '{date}{patient}_{eye}{field}{time}',
    '{clinic}/{exam}/{patient}/{date}_{time}_{eye}_{field}_{n}',
  ])('%s is good', (pattern) => {
    expect(() => checkOwnPattern(pattern)).not.toThrow();
  });

  it.each([
    ['{eye}_{side}_{patient}', /holds \{side\}, which is not known/],
    ['{patient}_{eye}_{}', /holds \{\}, which is not known/],
    ['{patient}_{glued}_{eye}', /holds \{glued\}, which is not known/],
    ['{patient}_{n}', /lacks \{eye\}/],
    ['{eye}_{n}', /lacks \{patient\}/],
    ['{patient}_{n}_{n}_{eye}', /holds \{n\} twice/],
    ['{eye}_{patient}{ignore}', /side by side/],
    ['{patient}{exam}_{eye}', /side by side/],
    // A number may be a part of either.
    ['{patient}{n}{exam}_{eye}', /side by side/],
  ])('%s is refused: %s', (pattern, why) => {
    expect(() => checkOwnPattern(pattern)).toThrow(InvalidInputError);
    expect(() => checkOwnPattern(pattern)).toThrow(why);
    expect(() => checkOwnPattern(pattern)).toThrow(`"${pattern}"`);
  });

  it('is told what there is to write', () => {
    expect(() => checkOwnPattern('x')).toThrow(
      '{patient} {clinic} {exam} {date} {time} {eye} {field} {n} {ignore},',
    );
  });
});
