import { expect, it } from 'vitest';
import { FINDING_NAMES, needsPerson } from './finding-kinds.ts';
import { addFinding, type FindingCounts, waitingForPerson } from './findings.ts';

const add = (counts: FindingCounts, ...examples: readonly string[]) =>
  examples.reduce((before, example) => addFinding(before, 'exam-overdue', example, 1), counts);

it('are added up by kind, each example once', () => {
  const counts = addFinding(
    add({}, 'north/P1/1', 'north/P2/1', 'north/P1/1'),
    'image-unreadable',
    'left.jpg',
    0,
    3,
  );
  expect(counts).toEqual({
    'exam-overdue': { found: 3, done: 3, examples: ['north/P1/1', 'north/P2/1'] },
    'image-unreadable': { found: 3, done: 0, examples: ['left.jpg'] },
  });
});

it('are told by the first twenty names, and counted beyond', () => {
  const names = Array.from({ length: 22 }, (_, index) => `north/P${index}/1`);
  expect(add({}, ...names)['exam-overdue']).toEqual({ found: 22, done: 22, examples: names.slice(0, 20) });
});

it('wait for a person by kind, whatever else was found', () => {
  const found = (count: number) => ({ found: count, done: 0, examples: [] });
  const counts = { 'exam-overdue': found(1), 'image-unreadable': found(2), 'job-unfinished': found(4) };
  expect(waitingForPerson(counts)).toBe(6);
  expect(waitingForPerson({})).toBe(0);
  // Photographs that no longer count are shown, and nothing is to be done about them.
  expect(needsPerson('former-image-unreadable')).toBe(false);
  expect(FINDING_NAMES.filter(needsPerson)).toEqual([
    ...['image-undecided', 'image-older-counts', 'exam-undecided', 'record-unreadable'],
    ...['work-undecided', 'kept-record-unreadable'],
    ...[
      'erasure-unreadable',
      'image-unreadable',
      'features-missing',
      'feature-shard-damaged',
      'features-all-unnamed',
      'job-unfinished',
    ],
  ]);
});
