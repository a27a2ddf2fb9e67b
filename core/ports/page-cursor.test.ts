import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { checkLimit, decodeCursor, encodeCursor } from './page-cursor.ts';

describe("a list's cursor", () => {
  it('is opaque, fits into an address, and tells the place again', () => {
    const cursor = encodeCursor('list', ['P1>眼?', 7]);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(decodeCursor('list', cursor)).toEqual(['P1>眼?', 7]);
    expect(decodeCursor('list', undefined)).toBeUndefined();
  });

  it.each([
    ['of another list', encodeCursor('other', ['P1'])],
    ['that is not a cursor', 'P1'],
    ['that is JSON of something else', Buffer.from('{"list":1}').toString('base64url')],
    ['with a place that is none', Buffer.from('["list",[null]]').toString('base64url')],
  ])('%s is refused', (_, cursor) => {
    expect(() => decodeCursor('list', cursor)).toThrow(InvalidInputError);
    expect(() => decodeCursor('list', cursor)).toThrow(cursor.slice(0, 80));
  });
});

it('tells the first 80 characters of a cursor that it refuses', () => {
  expect(() => decodeCursor('list', 'c'.repeat(90))).toThrow(`received "${'c'.repeat(80)}". Begin again`);
});

describe("a page's limit", () => {
  it.each([1, 500, 1_000])('may be %d', (limit) => {
    expect(() => checkLimit(limit)).not.toThrow();
  });

  it.each([0, 1_001, 1.5, Number.NaN])('may not be %d', (limit) => {
    expect(() => checkLimit(limit)).toThrow(InvalidInputError);
    expect(() => checkLimit(limit)).toThrow(`from 1 to 1000 but received ${limit}`);
  });
});
