import { expect, it } from 'vitest';
import { priorPhotograph } from './prior-photograph.ts';
import type { PriorExam } from './prior-query.ts';

const prior: PriorExam = {
  ...{ exam: 'last-year', day: '2025-05-02', final: null, eyes: null, result: null },
  photographs: {
    right: [
      { image: 'right-1', field: null },
      { image: 'right-2', field: 'disc' },
    ],
    left: [{ image: 'left-2', field: 'disc' }],
  },
};

it('compares an eye with its own earlier photograph of the same field', () => {
  expect(priorPhotograph(prior, 'right', 'macula')).toBe('right-1');
  expect(priorPhotograph(prior, 'right', null)).toBe('right-1');
  expect(priorPhotograph(prior, 'right', 'disc')).toBe('right-2');
  expect(priorPhotograph(prior, 'left', 'disc')).toBe('left-2');
});

it('takes the primary one where that field was not photographed, and never the other eye', () => {
  expect(priorPhotograph(prior, 'left', 'macula')).toBe('left-2');
  expect(priorPhotograph({ ...prior, photographs: { right: [], left: [] } }, 'right', null)).toBeNull();
});
