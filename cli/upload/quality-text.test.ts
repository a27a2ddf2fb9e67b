import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { qualityLines, qualityNote, seenJson, seenText } from './quality-text.ts';
import type { SeenImage } from './watch-quality.ts';

const file = { path: '/day/P7_left.jpg', bytes: 5, modified: 7, contentType: 'image/jpeg', extension: 'jpg' };
const exam = { program: 'north', patient: 'P7', exam: '1' };

function seen(found: Partial<SeenImage['found']>): SeenImage {
  const image = { path: file.path, exam, laterality: 'left' as const, field: null, place: '' };
  return {
    image: {
      image: { ...image, file: { ...file, takenOn: null } },
      sha256: 'a',
      key: 'images/north/P7/1/left.jpg',
    },
    found: {
      ...{ image: 'images/north/P7/1/left.jpg', sha256: 'a', preparation: 'prepared', state: 'current' },
      ...{ laterality: 'left', field: null, fieldSeen: null, fieldDoubtful: false },
      ...{ takenOn: null, device: null, burntIn: null },
      ...{ gradable: true, reason: null, advice: null, lateralityCheck: null },
      ...found,
    },
  };
}

const fit = seen({});
const dim = seen({
  gradable: false,
  reason: 'too-dark',
  advice: 'too dark: photograph again with more flash',
});
const other = seen({
  lateralityCheck: { detected: 'right', confidence: 0.99, threshold: 0.9, suspect: true },
});
const misnamed = seen({ field: 'macula', fieldSeen: 'disc', fieldDoubtful: true });

describe('what a photographer is told', () => {
  it('is which eye of whom to photograph again, and why', () => {
    expect(stripVTControlCharacters(seenText(dim, '/day') ?? '')).toBe(
      'P7 left: too dark: photograph again with more flash (P7_left.jpg)',
    );
  });

  it('is that the eye may be the other one', () => {
    expect(stripVTControlCharacters(seenText(other, '/day') ?? '')).toBe(
      'P7 left: it seems to show the right eye: check which eye this is (P7_left.jpg)',
    );
  });

  it('is that the field may be another than named, and how to name it', () => {
    expect(stripVTControlCharacters(seenText(misnamed, '/day') ?? '')).toBe(
      "P7 left: it is named as of the macula, but seems to show the disc in its middle: photograph the macula again, or if the disc was meant, name it in the file's name (…_left_disc.jpg) or the manifest's column field, and upload again (P7_left.jpg)",
    );
    const { lateralityCheck } = other.found;
    const both = seen({ lateralityCheck, field: 'disc', fieldSeen: 'macula', fieldDoubtful: true });
    expect(seenText(both, '/day')).toMatch(
      /the right eye: check which eye this is; it is named as of the disc, .*…_left_macula\.jpg/,
    );
  });

  it('is nothing of a photograph that is fit', () => {
    expect(seenText(fit, '/day')).toBeNull();
  });

  it('is counted in the bar and in the report', () => {
    expect(qualityNote({ gradable: 12, ungradable: [dim], suspect: [], doubtful: [] })).toBe(
      '12 gradable, 1 not',
    );
    expect(qualityNote({ gradable: 0, ungradable: [], suspect: [], doubtful: [] })).toBe('');
    expect(qualityLines({ gradable: 12, ungradable: [dim], suspect: [other], doubtful: [misnamed] })).toEqual(
      [
        'Quality: 12 gradable, 1 photograph ungradable, named above',
        '  1 photograph may show the other eye, named above',
        '  1 photograph may show another field than named, named above',
      ],
    );
    expect(qualityLines({ gradable: 0, ungradable: [], suspect: [], doubtful: [] })).toEqual([]);
  });
});

it('a program is told one line of JSON for each photograph', () => {
  expect(JSON.parse(seenJson(dim))).toEqual({
    image: 'images/north/P7/1/left.jpg',
    path: '/day/P7_left.jpg',
    gradable: false,
    reason: 'too-dark',
    advice: 'too dark: photograph again with more flash',
    suspect: false,
    field: null,
    fieldSeen: null,
    fieldDoubtful: false,
  });
  expect(JSON.parse(seenJson(misnamed))).toMatchObject({
    ...{ gradable: true, suspect: false, field: 'macula', fieldSeen: 'disc', fieldDoubtful: true },
  });
  expect(JSON.parse(seenJson(other))).toMatchObject({ gradable: true, reason: null, suspect: true });
});
