import { expect, it } from 'vitest';
import { oneTimeCode } from './one-time-code.ts';

/** The secret of RFC 6238's test vectors: the ASCII text 12345678901234567890. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

it.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [20_000_000_000, '353130'],
])('at second %i shows the last six digits of the code that RFC 6238 gives', (second, code) => {
  expect(oneTimeCode(SECRET, new Date(second * 1000))).toBe(code);
});
