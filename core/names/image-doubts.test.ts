import { describe, expect, it } from 'vitest';
import { doubtsOfImages, type ExaminedImage } from './image-doubts.ts';

const image = (
  patient: string,
  more: Partial<ExaminedImage> & { exam?: never; visit?: string } = {},
): ExaminedImage => ({
  exam: { program: 'north', patient, exam: more.visit ?? '1' },
  laterality: more.laterality ?? 'left',
  sha256: more.sha256 ?? null,
  day: more.day ?? null,
  takenOn: more.takenOn ?? null,
});
const kindsOf = (...images: ExaminedImage[]) =>
  doubtsOfImages(images).map(({ kind, images: places }) => [kind, places] as const);

describe('images are doubtful', () => {
  it('when one file is sent for both eyes, two patients or two exams', () => {
    const sha256 = 'a1';
    expect(kindsOf(image('P1', { sha256 }), image('P1', { sha256, laterality: 'right' }))).toEqual([
      ['same-bytes-both-eyes', [0, 1]],
    ]);
    expect(kindsOf(image('P1', { sha256 }), image('P2', { sha256: 'b2' }), image('P3', { sha256 }))).toEqual([
      ['same-bytes-two-patients', [0, 2]],
    ]);
    expect(kindsOf(image('P1', { sha256, visit: '2025' }), image('P1', { sha256, visit: '2026' }))).toEqual([
      ['same-bytes-two-exams', [0, 1]],
    ]);
    expect(kindsOf(image('P1', { sha256 }), image('P1', { sha256: 'b2', laterality: 'right' }))).toEqual([]);
    expect(kindsOf(image('P1'), image('P2'))).toEqual([]);
  });

  it('when names or cameras tell two days of one exam', () => {
    expect(
      kindsOf(
        image('P1', { takenOn: '2026-11-20' }),
        image('P1', { takenOn: '2025-11-20' }),
        image('P2', { takenOn: '2024-01-01' }),
      ),
    ).toEqual([['different-days', [0, 1]]]);
    expect(kindsOf(image('P1', { day: '2026-11-20', takenOn: '2026-11-19' }))).toEqual([
      ['different-days', [0]],
    ]);
    expect(kindsOf(image('P1', { day: '2026-11-20', takenOn: '2026-11-20' }), image('P1'))).toEqual([]);
  });

  it.each([
    ['4.40123E+12', 'id-exponent'],
    ['4,4E+08', 'id-exponent'],
    ['P1_left', 'id-holds-eye'],
    ['P1OD', 'id-holds-eye'],
    ['20261120', 'id-holds-date'],
    ['P1_2026-11-20', 'id-holds-date'],
    ['P1_101523', 'id-holds-time'],
    ['P1 10-15-23', 'id-holds-time'],
    ['P1_261120', 'id-holds-time'],
  ])('when a patient is called %s: %s', (patient, kind) => {
    expect(kindsOf(image('P9'), image(patient))).toEqual([[kind, [1]]]);
  });

  it.each([
    'P1',
    '0012',
    '1E5',
    'KH_100123',
    '01-002',
    'Le_Van_0001',
    'Smith_R',
    'Leftley',
    '张伟',
    'k7od3xos2',
    'a5c9a8c726b2',
    'PHANTOM-000001',
    '99999999',
  ])('but not when it is called %s', (patient) => {
    expect(kindsOf(image(patient))).toEqual([]);
  });

  it.each([
    ['p1', 'P1'],
    ['Ｐ１', 'P1'],
    ['001', '1'],
    ['P-01', 'P_1'],
  ])('when %s is beside %s', (a, b) => {
    expect(kindsOf(image(a), image('Q'), image(b))).toEqual([['ids-alike', [0, 2]]]);
  });

  it('when ids differ by a last small number', () => {
    expect(kindsOf(image('P1_1'), image('P1_2'), image('P2'))).toEqual([['id-holds-number', [0, 1]]]);
    expect(kindsOf(image('site_1'), image('site_2'))).toEqual([]);
    expect(kindsOf(image('01_001'), image('01_002'))).toEqual([]);
  });

  it('in one program, not across two', () => {
    const other = { ...image('p1'), exam: { program: 'south', patient: 'p1', exam: '1' } };
    expect(kindsOf(image('P1'), other)).toEqual([]);
  });

  it('and says which patients, exams and days', () => {
    const sha256 = 'a1';
    const text = (...images: ExaminedImage[]) => doubtsOfImages(images).map((doubt) => doubt.text);
    expect(text(image('P1', { sha256 }), image('P2', { sha256 }), image('P1', { sha256 }))).toEqual([
      expect.stringMatching(/patients: P1, P2\.$/),
    ]);
    expect(text(image('P3', { sha256 }), image('P3', { sha256, laterality: 'right' }))).toEqual([
      expect.stringContaining('both eyes of patient P3'),
    ]);
    expect(text(image('P3', { sha256, visit: 'b' }), image('P3', { sha256, visit: 'a' }))).toEqual([
      expect.stringMatching(/exams of patient P3: b, a\.$/),
    ]);
    expect(
      text(
        image('P3', { visit: 'v', day: '2026-11-20' }),
        image('P3', { visit: 'v', takenOn: '2026-11-19', day: '2026-11-20' }),
      ),
    ).toEqual([expect.stringContaining('patient P3, exam v: 2026-11-19 and 2026-11-20.')]);
  });

  it('of one program only where ids are alike, of all where bytes are', () => {
    const sha256 = 'a1';
    const other = { ...image('P1', { sha256 }), exam: { program: 'south', patient: 'P1', exam: '1' } };
    expect(kindsOf(image('P1', { sha256 }), other)).toEqual([['same-bytes-two-patients', [0, 1]]]);
  });
});
