import { describe, expect, it } from 'vitest';
import { isEmptyName, isImageName, isPlaceName, isVisitName } from './folder-words.ts';

describe('what cameras and programs call any photograph', () => {
  it.each([
    ...[
      'Image',
      'IMG_0001',
      'DSC0001',
      'scan-3',
      ' img (2) ',
      'WhatsApp Image',
      'ＩＭＧ１',
      '眼底照',
      'IM-0001-2',
    ],
    ...[
      'imageA',
      'Image_B',
      'IMG_E0012',
      'IMGP0003',
      'fundusfoto',
      'Photos',
      'fundus_image',
      'IMG_0001_final',
      'im',
    ],
  ])('%s', (name) => {
    expect(isImageName(name)).toBe(true);
  });

  it.each(['P1', 'my_image', '7', 'IMG_0001§', ''])('but not %j', (name) => {
    expect(isImageName(name)).toBe(false);
  });

  it.each([
    'Imran',
    'Imelda',
    'Im_Yoona',
    'IM SOOJIN',
    'Scanlon',
    'Pickering',
    'Testa',
    'Fotopoulos',
    'Bildt',
  ])('nor %s, who is a person', (name) => {
    expect(isImageName(name)).toBe(false);
  });

  it('and a long number with a foreign sign behind it is told at once', () => {
    // A form that could part digits in two ways would take a minute, and a minute more for each digit.
    expect(isImageName(`IMG${'1'.repeat(28)}§`)).toBe(false);
  });
});

describe('folders that say where', () => {
  it.each([
    ...['camera1', 'Site B', 'Site-12', ' clinic ', 'ＣＡＭ２', '诊所', '100CANON', '101MSDCF', '100ND40'],
    ...['siteA', 'rooms', '医院二', 'room B 2'],
  ])('%s', (name) => {
    expect(isPlaceName(name)).toBe(true);
  });

  it.each(['north', 'camera north', '10CANON', '100CANON_P7', 'P100CANON', ''])('but not %j', (name) => {
    expect(isPlaceName(name)).toBe(false);
  });

  it.each(['Seth', 'SETH', 'Seth7', 'Camp', 'Parta'])('nor %s, who is a person', (name) => {
    expect(isPlaceName(name)).toBe(false);
  });
});

describe('folders that say nothing', () => {
  it.each(['images', 'DCIM', ' Export ', 'left and right', 'ＪＰＧ', '照片'])('%s', (name) => {
    expect(isEmptyName(name)).toBe(true);
  });

  it.each(['images2', 'my images', 'P7', ''])('but not %j', (name) => {
    expect(isEmptyName(name)).toBe(false);
  });
});

describe('folders that name a visit', () => {
  it.each([
    ...[
      'visit 2',
      'baseline',
      'V1',
      't-3',
      'Follow-up 12',
      '2nd visit',
      '6 months',
      ' exam ',
      '第2次',
      '第二次',
      'Ｖ２',
    ],
    ...['visit A', 'visitB', 'day_3', 'visit V2', 'visits'],
  ])('%s', (name) => {
    expect(isVisitName(name)).toBe(true);
  });

  it.each(['P7', 'visitor', 'v', 'V1234', 'my visit', '2nd', 'visit 2 north'])('but not %j', (name) => {
    expect(isVisitName(name)).toBe(false);
  });

  it.each(['Daya', 'DAYA', 'Fua', 'Daya2'])('nor %s, who is a person', (name) => {
    expect(isVisitName(name)).toBe(false);
  });
});
