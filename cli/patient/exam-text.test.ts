import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { examText } from './exam-text.ts';
import type { ExamDetail } from './patient-options.ts';

type Image = ExamDetail['images'][number];

function linesOf(...images: Partial<Image>[]): string[] {
  const state = { exam: '2026-05-01', status: 'screening' } as ExamDetail['state'];
  const whole = images.map(
    (image, index): Image => ({
      ...{ image: `images/north/P1/2026-05-01/left-${index}.jpg`, laterality: 'left', state: 'current' },
      ...{ sha256: 'a', field: null, fieldSeen: null, gradable: true, reason: null },
      ...image,
    }),
  );
  return stripVTControlCharacters(examText({ state, images: whole, result: null }))
    .split('\n')
    .slice(1);
}

it('says of each photograph what it shows, and where neither its name nor itself told', () => {
  const lines = linesOf(
    { field: 'disc', fieldSeen: 'disc' },
    { field: null, fieldSeen: null },
    { field: null, gradable: null },
  );
  expect(lines.map((line) => line.trim().split(/ +/).slice(0, 3))).toEqual([
    ['left', 'current', 'disc'],
    ['left', 'current', 'unseen'],
    ['left', 'current', 'images/north/P1/2026-05-01/left-2.jpg'],
  ]);
});

it('says where a photograph seems to show another field than it was named', () => {
  const [, doubt, next] = linesOf(
    { field: 'macula', fieldSeen: 'disc' },
    { field: 'macula', fieldSeen: 'macula' },
  );
  expect(doubt).toContain('named as of the macula, but it seems to show the disc');
  expect(next).toContain('left-1.jpg');
});
