import { expect, it } from 'vitest';
import { findingRows, shownRows } from './finding-rows.ts';

function finding(level: 'left' | 'right' | 'patient', label: string, probability: number, threshold = 0.5) {
  return {
    level,
    image: null,
    head: 'odir',
    label,
    probability,
    threshold,
    positive: probability >= threshold,
  };
}

it('keeps the eyes apart, and what is above its limit first', () => {
  const { eyes, patient } = findingRows([
    finding('left', 'glaucoma', 0.45),
    finding('right', 'glaucoma', 0.2),
    finding('right', 'amd', 0.3, 0.25),
    finding('left', 'amd', 0.1, 0.25),
    finding('patient', 'amd', 0.28, 0.25),
    finding('patient', 'normal', 0.9),
  ]);
  expect(eyes.map(({ label, isAbove }) => [label, isAbove])).toEqual([
    ['amd', true],
    ['glaucoma', false],
  ]);
  expect([eyes[0]?.findings.right?.probability, eyes[0]?.findings.left?.probability]).toEqual([0.3, 0.1]);
  expect(patient.map(({ label }) => label)).toEqual(['amd']);
});

it('shows of two heads the one that is above its limit', () => {
  const { eyes } = findingRows([finding('left', 'amd', 0.6, 0.7), finding('left', 'amd', 0.4, 0.3)]);
  expect(eyes[0]?.findings.left).toMatchObject({ probability: 0.4, positive: true });
});

it('names what is far below, but hides nothing that is above', () => {
  const labels = ['a', 'b', 'c', 'd', 'e', 'f'];
  const low = findingRows(labels.map((label, index) => finding('left', label, 0.1 + index / 100))).eyes;
  expect(shownRows(low).shown.map(({ label }) => label)).toEqual(['f', 'e', 'd', 'c']);
  expect(shownRows(low).named.map(({ label }) => label)).toEqual(['b', 'a']);
  const high = findingRows(labels.map((label, index) => finding('left', label, 0.6 + index / 100))).eyes;
  expect(shownRows(high).named).toEqual([]);
});
