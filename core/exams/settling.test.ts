import { describe, expect, it } from 'vitest';
import { preparedFacts, receivedImage } from '../testing/records.ts';
import type { ExamImage } from './exam-image.ts';
import type { ExamRecord } from './exam-record.ts';
import type { Laterality } from './laterality.ts';
import { receiveImage } from './receive-image.ts';
import { isComplete, NO_WAIT } from './request-screening.ts';
import { arrivalsOf, mayBeSettled } from './settling.ts';

const NOW = new Date('2026-05-01T10:00:00Z');

/** An exam with one image of each of these names: `left`, `left-disc`. */
function exam(expected: ExamRecord['expected'], ...names: readonly string[]): ExamRecord {
  let record: ExamRecord | undefined;
  for (const [index, name] of names.entries()) {
    const received = receivedImage(name.split('-')[0] as Laterality, index + 1);
    const field = name.endsWith('disc') ? ('disc' as const) : null;
    const image = { ...received.image, key: `images/north/P1/2026-05-01/${name}.jpg` };
    record = receiveImage(record, { ...received, image, field, expected }, NOW, 900);
  }
  if (record === undefined) throw new Error('Expected a name.');
  return record;
}

const UNKNOWN = { left: null, right: null };
const MACULA = ['macula'] as const;

describe('an exam whose images were not announced', () => {
  it.each([
    ['both eyes are there', exam(UNKNOWN, 'left', 'right'), MACULA, true],
    ['one eye is not', exam(UNKNOWN, 'left', 'left-2'), MACULA, false],
    ['a field of one eye is not', exam(UNKNOWN, 'left', 'left-disc', 'right'), ['macula', 'disc'], false],
    [
      'every field is there',
      exam(UNKNOWN, 'left', 'left-disc', 'right-disc', 'right'),
      ['disc', 'macula'],
      true,
    ],
    ['the other eye was announced as absent', exam({ left: null, right: 0 }, 'left'), MACULA, true],
    [
      'the other eye was announced and is not there',
      exam({ left: 2, right: null }, 'left', 'right'),
      MACULA,
      false,
    ],
  ] as const)('may be settled where %s: %#', (_, record, fields, may) => {
    expect(mayBeSettled(record, fields)).toBe(may);
    expect(isComplete(record, { ...NO_WAIT, fields, isSettled: true })).toBe(may);
    expect(isComplete(record, { ...NO_WAIT, fields, isSettled: false })).toBe(false);
    expect(isComplete(record, { ...NO_WAIT, fields, seconds: 900 })).toBe(true);
  });
});

describe('an exam whose images were announced', () => {
  it.each([
    [{ left: 2, right: 1 }, ['left', 'right'], false],
    [{ left: 2, right: 1 }, ['left', 'left-disc', 'right'], true],
    [{ left: 1, right: 2 }, ['left', 'left-disc', 'right'], false],
    [{ left: 0, right: 1 }, ['right'], true],
    [{ left: 0, right: 2 }, ['right'], false],
  ])('%j is complete with %j: %s', (expected, names, is) => {
    expect(isComplete(exam(expected, ...names), NO_WAIT)).toBe(is);
  });

  it('is not complete by the same bytes twice', () => {
    const record = exam({ left: 2, right: 0 }, 'left', 'left-2');
    const [first] = record.images;
    const images = record.images.map((image): ExamImage => ({ ...image, sha256: first?.sha256 ?? '' }));
    expect(isComplete(record, NO_WAIT)).toBe(true);
    expect(isComplete({ ...record, images }, NO_WAIT)).toBe(false);
  });
});

describe('what has come for an exam', () => {
  const record = exam(UNKNOWN, 'left', 'right');

  it('is the same in any order, whatever else is known of it', () => {
    const images = record.images.toReversed().map((image) => ({
      ...image,
      prepared: preparedFacts(image.laterality ?? 'left', 'another contract'),
    }));
    expect(arrivalsOf({ images })).toBe(arrivalsOf(record));
  });

  it('is another with another image, version or name', () => {
    const changes: Partial<ExamImage>[] = [{ versionId: 'v9' }, { key: 'images/north/P1/1/left-2.jpg' }];
    const others = [
      exam(UNKNOWN, 'left', 'right', 'right-2'),
      exam(UNKNOWN, 'left'),
      ...changes.map((change) => ({ images: record.images.map((image) => ({ ...image, ...change })) })),
    ];
    expect(new Set([record, ...others].map(arrivalsOf)).size).toBe(5);
  });
});
