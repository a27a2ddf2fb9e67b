import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { lateralityOfFileName, parseLaterality } from './read-laterality.ts';

describe('a laterality field', () => {
  it.each([
    ['left', 'left'],
    ['L', 'left'],
    [' os ', 'left'],
    ['O.S.', 'left'],
    ['Sinister', 'left'],
    ['oculus sinister', 'left'],
    ['左眼', 'left'],
    ['RIGHT', 'right'],
    ['r', 'right'],
    ['OD', 'right'],
    ['o.d.', 'right'],
    ['dexter', 'right'],
    ['Oculus Dexter', 'right'],
    ['右', 'right'],
  ] as const)('reads %j as %s', (text, laterality) => {
    expect(parseLaterality(text)).toBe(laterality);
  });

  it.each(['', 'both', 'OU', 'leftish', '1', 'lr'])('does not guess at %j', (text) => {
    expect(parseLaterality(text)).toBeNull();
  });
});

describe('a file name', () => {
  it.each([
    ['10_left.jpeg', 'left'],
    ['P01-OD-2.png', 'right'],
    ['OS.jpg', 'left'],
    ['2024-05-01 R.tif', 'right'],
    ['patient 7 (L).jpg', 'left'],
    ['imageRight01.jpg', 'right'],
    ['sinister.webp', 'left'],
    ['张三_右眼.jpg', 'right'],
    ['张三左眼.jpg', 'left'],
    ['Leroy_OD.jpg', 'right'],
  ] as const)('%j shows the %s eye', (name, laterality) => {
    expect(lateralityOfFileName(name)).toBe(laterality);
  });

  it.each(['scan.png', 'Leroy.jpg', 'bright.jpg', 'model.jpg', ''])('%j tells nothing', (name) => {
    expect(lateralityOfFileName(name)).toBeNull();
  });

  it('is refused if it names both eyes', () => {
    expect(() => lateralityOfFileName('left_of_OD.jpg')).toThrow(InvalidInputError);
  });
});

describe('every language of screening', () => {
  it.each([
    ['OG', 'left'],
    ['OI', 'left'],
    ['LE', 'left'],
    ['LA', 'left'],
    ['gauche', 'left'],
    ['Izquierda', 'left'],
    ['links', 'left'],
    ['sinistro', 'left'],
    ['esquerdo', 'left'],
    ['левый', 'left'],
    ['左目', 'left'],
    ['좌안', 'left'],
    ['Ｌ', 'left'],
    ['ＯＳ', 'left'],
    ['RE', 'right'],
    ['RA', 'right'],
    ['Œil droit', 'right'],
    ['derecho', 'right'],
    ['rechts', 'right'],
    ['destro', 'right'],
    ['direito', 'right'],
    ['ПРАВЫЙ', 'right'],
    ['右目', 'right'],
    ['우안', 'right'],
    ['ＯＤ', 'right'],
    ['oeil gauche'.normalize('NFD'), 'left'],
  ] as const)('%s is %s', (text, laterality) => {
    expect(parseLaterality(text)).toBe(laterality);
    expect(lateralityOfFileName(`${text}.jpg`)).toBe(laterality);
  });

  it.each(['Le_Van_0001.jpg', 'Ra_0001.jpg', 'Oi_Yuki_3.jpg', 'Li_Na.jpg', 'la_casa.jpg'])(
    '%s is a name',
    (name) => {
      expect(lateralityOfFileName(name)).toBeNull();
    },
  );

  it('a clearer word counts more than an initial', () => {
    expect(lateralityOfFileName('Smith_R_left.jpg')).toBe('left');
    expect(lateralityOfFileName('LE_VAN_OD.jpg')).toBe('right');
  });
});
