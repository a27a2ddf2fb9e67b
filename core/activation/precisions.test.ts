import { expect, it } from 'vitest';
import { precisionText } from './precisions.ts';

it.each([
  ['fp16', 'fp16'],
  ['int8', 'int8'],
  [null, 'unknown, read as fp32'],
  [undefined, 'unknown, read as fp32'],
] as const)('a precision of %s is told as "%s"', (precision, text) => {
  expect(precisionText(precision)).toBe(text);
});
