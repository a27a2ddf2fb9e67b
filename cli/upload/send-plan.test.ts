import { describe, expect, it } from 'vitest';
import type { PlannedImage } from './planned-image.ts';
import { type Hashed, intentOf } from './send-plan.ts';

function hashed(laterality: 'left' | 'right', more: Partial<PlannedImage> = {}): Hashed {
  const file = {
    path: `/d/${laterality}`,
    bytes: 5,
    modified: 7,
    contentType: 'image/png',
    extension: 'png',
    takenOn: laterality === 'left' ? '2026-11-20' : null,
  };
  const exam = { program: 'north', patient: 'P1', exam: '2026' };
  return {
    image: { path: file.path, exam, laterality, field: null, file, place: '', ...more },
    sha256: `${laterality}-hash`,
  };
}

const [left, right] = [hashed('left', { field: 'disc' }), hashed('right')];

describe('what is announced of a photograph', () => {
  it('is both eyes where both are sent', () => {
    expect(intentOf(left, [left, right])).toEqual({
      patient: 'P1',
      exam: '2026',
      laterality: 'left',
      extension: 'png',
      contentType: 'image/png',
      bytes: 5,
      sha256: 'left-hash',
      eyes: 'both',
      expected: { left: 1, right: 1 },
      field: 'disc',
      takenOn: '2026-11-20',
    });
  });

  it.each([
    [left, 'left', { left: 1, right: 0 }],
    [right, 'right', { left: 0, right: 1 }],
  ] as const)('is the one eye that is sent, to old systems too', (item, eyes, expected) => {
    expect(intentOf(item, [item])).toMatchObject({ laterality: eyes, eyes, expected });
  });

  it('is how many photographs of each eye are sent, files with the same bytes as one', () => {
    const disc = hashed('left', { place: 'disc' });
    const copy = hashed('left', { path: '/d/copy', place: 'disc' });
    const intent = intentOf(disc, [left, disc, copy, right]);
    expect(intent).toMatchObject({ place: 'disc', eyes: 'both', expected: { left: 2, right: 1 } });
    expect(intentOf(right, [left, disc, copy, right])).not.toHaveProperty('place');
  });

  it('says nothing of what is not known', () => {
    expect(Object.keys(intentOf(right, [right]))).not.toEqual(expect.arrayContaining(['field']));
    expect(Object.keys(intentOf(right, [right]))).not.toEqual(expect.arrayContaining(['takenOn']));
  });
});
