import type { FindingLevel } from '../../core/exams/finding.ts';
import type { Reading } from '../../core/policies/assessed-eyes.ts';
import type { Head, HeadFeature } from './head.ts';

/** Whom a head of each feature finds something of. */
const LEVELS: Readonly<Record<HeadFeature, readonly FindingLevel[]>> = {
  visual: ['left', 'right'],
  left: ['left'],
  right: ['right'],
  pair: ['patient'],
  patient: ['patient'],
};

/** What a head says something about, where every eye is gradable. */
export function readingsOf({ name, feature, labels }: Pick<Head, 'name' | 'feature' | 'labels'>): Reading[] {
  return LEVELS[feature].flatMap((level) =>
    labels.map((label) => ({ level, head: name, label: label.name })),
  );
}
