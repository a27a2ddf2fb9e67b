import { expect, it } from 'vitest';
import { tombstoneEnd } from './exam-table.ts';

it('keeps a tombstone for thirty-five days', () => {
  const at = new Date('2026-05-01T08:30:00.000Z');
  expect(tombstoneEnd({ erasure: 'e1', at }).toISOString()).toBe('2026-06-05T08:30:00.000Z');
});
