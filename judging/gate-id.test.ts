import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { GATE } from '../core/preparation/release.ts';
import { THRESHOLDS } from './thresholds.ts';

it('names the limits of the gate: another limit is another contract', () => {
  const limits = createHash('sha256').update(JSON.stringify(THRESHOLDS)).digest('hex').slice(0, 8);
  expect(GATE, 'After a change of a rule, count the rules up in core/preparation/release.ts too.').toBe(
    `rules/2 ${limits}`,
  );
});
