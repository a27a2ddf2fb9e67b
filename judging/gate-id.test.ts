import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { GATE } from '../core/preparation/release.ts';
import { GATE_LIMITS } from './learned-gate/limits.ts';
import { WEIGHTS } from './learned-gate/weights.ts';
import { THRESHOLDS } from './thresholds.ts';

const hashOf = (content: string) => createHash('sha256').update(content).digest('hex').slice(0, 8);

it('names the limits and the weights of the gate: others are another contract', () => {
  const rules = hashOf(JSON.stringify(THRESHOLDS));
  const learned = hashOf(JSON.stringify(GATE_LIMITS) + WEIGHTS);
  expect(
    GATE,
    'After a change of a rule or a feature, count them up in core/preparation/release.ts too.',
  ).toBe(`rules/2 ${rules} learned/1 ${learned}`);
});
