import type { FindingLevel, ScoredFinding } from '../../exams/finding.ts';
import { gradableEye, imageVersion } from '../../testing/records.ts';

export const LEFT = gradableEye(imageVersion('left', 1), 'left');
export const RIGHT = gradableEye(imageVersion('right', 1), 'right');
export const BOTH = { left: LEFT, right: RIGHT };
export const HEADS = [
  { name: 'odir', id: 'odir-1' },
  { name: 'eyes', id: 'eyes-1' },
];

/** What a head found: of the patient by head "odir", of an eye by head "eyes". */
export function finding(label: string, probability = 0.9, level: FindingLevel = 'patient'): ScoredFinding {
  const head = level === 'patient' ? 'odir' : 'eyes';
  return { level, image: null, head, label, probability, threshold: 0.5 };
}

/** Nothing found by a head that looked for a disease in both eyes. */
export const HEALTHY = [finding('glaucoma', 0.1)];
