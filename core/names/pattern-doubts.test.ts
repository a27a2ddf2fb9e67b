import { describe, expect, it } from 'vitest';
import { explainFolder } from './explain-folder.ts';
import { groupedDoubts, patternText } from './pattern-doubts.ts';

it('what is said of several files in the same words is one doubt', () => {
  const said = (kind: 'no-patient' | 'unknown-word', text: string, image: number) => ({ kind, text, image });
  expect(
    groupedDoubts([
      said('no-patient', 'a', 4),
      said('no-patient', 'b', 1),
      said('unknown-word', 'a', 2),
      said('no-patient', 'a', 0),
    ]),
  ).toEqual([
    { kind: 'no-patient', text: 'a', images: [4, 0] },
    { kind: 'no-patient', text: 'b', images: [1] },
    { kind: 'unknown-word', text: 'a', images: [2] },
  ]);
});

it.each([
  ['{clinic}/{patient}[_{date}]_{eye}{tail}', '{clinic}/{patient}_{eye}'],
  ['{patient}[_{date}[_{time}]][_{field}]_{eye}{tail}', '{patient}_{eye}'],
  ['{patient}{glued}{tail}', '{patient}{eye}'],
  ['{patient}_{eye}{tail}_{unknown}', '{patient}_{eye}_{ignore}'],
])('a person reads %s as %s', (pattern, text) => {
  expect(patternText(pattern)).toBe(text);
});

describe('several patterns in one folder', () => {
  const doubts = (...paths: string[]) =>
    explainFolder(
      paths.map((path) => ({ folders: path.split('/').slice(0, -1), stem: path.split('/').at(-1) ?? '' })),
    ).doubts;

  it('are asked about where most names follow another', () => {
    expect(doubts('P1L', 'P2_left', 'P2_right', 'P1R', 'P3_left')).toEqual([
      {
        kind: 'other-pattern',
        text: expect.stringMatching(/\{patient\}_\{eye\}, .*\{patient\}\{eye\}/),
        images: [0, 3],
      },
    ]);
  });

  it('each by itself', () => {
    expect(
      doubts('P1_OD', 'P1_OS', 'P4_OD', 'P4_OS', 'P2L', 'P2R', 'P3/OD').map(({ kind, images }) => [
        kind,
        images,
      ]),
    ).toEqual([
      ['other-pattern', [4, 5]],
      ['other-pattern', [6]],
    ]);
  });

  it('but not where a word that is not known, or a camera, is asked about already', () => {
    const found = doubts(
      'P1_OD',
      'P1_OS',
      'P2_OD_Meyer',
      '12-20150310@103322-L1-S',
      '12-20150310@103355-R1-S',
    );
    expect(found.map(({ kind, images }) => [kind, images])).toEqual([
      ['unknown-word', [2]],
      ['unverified-pattern', [3, 4]],
    ]);
    expect(found[1]?.text).toMatch(
      /Optos.*"12-20150310@103322-L1-S" is patient 12, exam 2015-03-10, left eye/,
    );
  });

  it('in a folder too, where the camera’s pattern stands behind the clinic’s', () => {
    const kinds = doubts('north/P1_OD', 'north/P1_OS', 'north/P2_OS', 'north/12-20150310@103322-L1-S').map(
      ({ kind, images }) => [kind, images],
    );
    expect(kinds).toContainEqual(['unverified-pattern', [3]]);
    expect(kinds.map(([kind]) => kind)).not.toContain('other-pattern');
  });
});
