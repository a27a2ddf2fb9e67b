import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { FIELD_FINDER } from '../../core/preparation/release.ts';
import { FIELD_LIMITS } from './limits.ts';

it('names the limits of what finds the field: another limit is another contract', () => {
  const limits = createHash('sha256').update(JSON.stringify(FIELD_LIMITS)).digest('hex').slice(0, 8);
  expect(
    FIELD_FINDER,
    'After a change of a rule, count the rules up in core/preparation/release.ts too.',
  ).toBe(`disc-and-fovea/2 ${limits}`);
});
