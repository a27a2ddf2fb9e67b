import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../model/evaluation/metrics/index.ts';
import { type FieldTally, withFields } from './count-fields.ts';
import { fieldsText } from './fields-text.ts';

type Eyes = Parameters<typeof withFields>[1]['eyes'];
type Image = NonNullable<Eyes['left']>['images'][number];

const image = (more: Partial<Image>): Image => ({
  ...{ image: 'images/north/P1/1/left.jpg', field: null, gradable: true, reason: null },
  ...more,
});
const unnamedDisc = image({ field: 'disc', fieldFrom: 'seen', fieldSeen: 'disc' });
const unnamedMacula = image({ field: 'macula', fieldFrom: 'seen', fieldSeen: 'macula' });
const eyes = (left: readonly Image[], right: readonly Image[] = []): { eyes: Eyes } => {
  const eye = (images: readonly Image[]): Eyes['left'] =>
    images.length === 0 ? null : { image: '', gradable: true, reason: null, images: [...images] };
  return { eyes: { left: eye(left), right: eye(right) } };
};
const tally = (...exams: readonly { eyes: Eyes }[]): FieldTally =>
  withFields(exams.reduce<FieldTally | undefined>(withFields, undefined), eyes([]));

describe('the fields of a program', () => {
  it('are counted by what gradable photographs show and by who named them', () => {
    const doubtful = image({ field: 'macula', fieldFrom: 'named', fieldSeen: 'disc' });
    const ungradable = image({ gradable: false, fieldFrom: 'seen', fieldSeen: 'disc' });
    expect(tally(eyes([unnamedDisc, image({})], [doubtful]), eyes([ungradable], [unnamedMacula]))).toEqual({
      ...{ photographs: 4, macula: 1, disc: 2, undecided: 1, doubtful: 1 },
      ...{ unnamed: 3, unnamedDisc: 1, eyesOfUnnamedDiscs: 0 },
    });
  });

  it('name the eyes that unnamed discs alone show', () => {
    const { eyesOfUnnamedDiscs } = tally(
      eyes([unnamedDisc, unnamedDisc], [unnamedDisc, unnamedMacula]),
      eyes([], [unnamedDisc]),
    );
    expect(eyesOfUnnamedDiscs).toBe(2);
  });

  it('are called too many discs only where the interval lies above what was measured', () => {
    const text = (discs: number, unnamed: number) => {
      const counted = { ...tally(), photographs: unnamed, unnamed, unnamedDisc: discs };
      return stripVTControlCharacters(fieldsText('north', counted, wilsonInterval(discs, unnamed)));
    };
    // Wilson, 95 %: 2 of 100 is 0.55 % to 7.00 %, 1 of 100 0.18 % to 5.45 %.
    expect(text(2, 100)).toMatch(/2 of 100 unnamed, 2\.00 % \(0\.55 % to 7\.00 %\)/);
    expect(text(2, 100)).toMatch(/more than the 0\.39 %/);
    expect(text(1, 100)).toMatch(/\(0\.18 % to 5\.45 %\)/);
    expect(text(1, 100)).not.toMatch(/more than/);
  });

  it('are said where each was named, and where there is none', () => {
    const named = image({ field: 'disc', fieldFrom: 'named', fieldSeen: 'disc' });
    expect(fieldsText('north', tally(eyes([named])), null)).toMatch(/the field of each was named/);
    expect(fieldsText('north', tally(), null)).toBe('No result of program north has a gradable photograph.');
  });
});
