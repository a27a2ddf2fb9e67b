import { describe, expect, it } from 'vitest';
import type { ExplainOptions } from './explain-folder.ts';
import { readFolder } from './testing/read-folder.ts';

type Case = readonly [what: string, files: Readonly<Record<string, string>>, options?: ExplainOptions];
const named = ([what, files, options]: Case) => ({ what, files, options });

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
    const { files: found, doubts } = readFolder(Object.keys(files), options);
    expect(found).toEqual(Object.values(files));
    expect(doubts).toEqual([]);
  });
});
