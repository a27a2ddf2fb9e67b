import { expect, it } from 'vitest';
import { isHomeFault } from './home-fault.ts';

it.each([
  [{ publicReason: 'The disk is full.', isPassing: false }, true],
  [{ publicReason: 'The disk is full.' }, false],
  [{ publicReason: 7, isPassing: true }, false],
  [{ isPassing: true }, false],
  [{}, false],
])('an error with %j is a fault that callers are told of: %s', (more, isFault) => {
  expect(isHomeFault(Object.assign(new Error('ENOSPC'), more))).toBe(isFault);
});
