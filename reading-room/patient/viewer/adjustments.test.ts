import { expect, it } from 'vitest';
import { filterOf, stepped, UNADJUSTED } from './adjustments.ts';

it('shows a photograph as it is until somebody asks otherwise', () => {
  expect(filterOf(UNADJUSTED)).toBe('none');
  expect(filterOf({ isRedFree: true, isInverted: true, contrast: 1.2, brightness: 0.9 })).toBe(
    'url(#red-free) invert(1) contrast(1.2) brightness(0.9)',
  );
});

it('steps without drifting, and stops at its ends', () => {
  let value = 1;
  for (let step = 0; step < 3; step += 1) value = stepped(value, 1);
  expect(value).toBe(1.3);
  for (let step = 0; step < 30; step += 1) value = stepped(value, 1);
  expect(value).toBe(2);
  for (let step = 0; step < 30; step += 1) value = stepped(value, -1);
  expect(value).toBe(0.5);
});
