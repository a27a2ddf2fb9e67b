import type { FindingLevel } from '../exams/finding.ts';
import type { Reading } from '../policies/assessed-eyes.ts';
import type { Head, HeadFeature } from './head.ts';

/** What each feature tells of: each eye, one of them, or the patient. */
export const LEVELS: Readonly<Record<HeadFeature, readonly FindingLevel[]>> = {
  visual: ['left', 'right'],
  left: ['left'],
  right: ['right'],
  pair: ['patient'],
  patient: ['patient'],
};

/** Every finding that a head makes where both eyes are gradable. */
export function readingsOf({ name, feature, labels }: Pick<Head, 'name' | 'feature' | 'labels'>): Reading[] {
  return LEVELS[feature].flatMap((level) =>
    labels.map((label) => ({ level, head: name, label: label.name })),
  );
}
