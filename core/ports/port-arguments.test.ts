import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { checkMessage, checkReceive, checkVisibility } from './message-arguments.ts';
import { checkKey, checkMetadata, checkSha256, rangeWithin } from './object-arguments.ts';

/** Whether a check lets something pass; any other fault than a refusal is one of the test. */
function passes(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError);
    return false;
  }
}

describe('an object', () => {
  it.each([
    ['a', true],
    ['x'.repeat(1_024), true],
    // Three bytes each: 1,023 and 1,026.
    ['眼'.repeat(341), true],
    ['眼'.repeat(342), false],
    ['x'.repeat(1_025), false],
    ['', false],
    ['a\0b', false],
    ['a\ud800', false],
  ])('has the key %j: %s', (key, isKey) => {
    expect(passes(() => checkKey(key))).toBe(isKey);
  });

  it('names the key that it cannot have, cut short, and its length', () => {
    expect(() => checkKey('x'.repeat(1_025))).toThrow(
      `Expected an object key of 1 to 1024 bytes of UTF-8 but received "${'x'.repeat(80)}" (1025 bytes).`,
    );
  });

  it('names what it cannot have beside its key, checksums cut short', () => {
    expect(() => checkMetadata('eye', { laterality: ' links' })).toThrow(
      'printable ASCII values for "eye" but received {"laterality":" links"}.',
    );
    expect(() => checkMetadata('eye', { a: 'x'.repeat(2_048) })).toThrow(
      'Expected at most 2048 bytes of metadata for "eye" but received 2049.',
    );
    expect(() => checkSha256('eye', 'a'.repeat(90))).toThrow(
      `Expected a SHA-256 in lower-case hexadecimal for "eye" but received "${'a'.repeat(80)}".`,
    );
  });

  it.each([
    [{}, true],
    [{ laterality: 'left', eyes: 'both' }, true],
    [{ a: ' ~' }, false],
    [{ a: '~ ' }, false],
    [{ a: '\t' }, false],
    [{ a: '左' }, false],
    [{ A: 'x' }, false],
    [{ 'a b': 'x' }, false],
    [{ '': 'x' }, false],
    [{ ok: 'x', A: 'x' }, false],
    [{ a: 'x'.repeat(2_047) }, true],
    [{ a: 'x'.repeat(2_048) }, false],
    [{ a: 'x'.repeat(1_023), b: 'x'.repeat(1_023) }, true],
    [{ a: 'x'.repeat(1_023), b: 'x'.repeat(1_024) }, false],
  ])('has the metadata %j: %s', (metadata, isMetadata) => {
    expect(passes(() => checkMetadata('k', metadata))).toBe(isMetadata);
  });

  it.each([
    ['0'.repeat(64), true],
    ['0123456789abcdef'.repeat(4), true],
    ['0'.repeat(63), false],
    ['0'.repeat(65), false],
    ['A'.repeat(64), false],
    [` ${'0'.repeat(64)}`, false],
  ])('has the checksum %j: %s', (sha256, isSha256) => {
    expect(passes(() => checkSha256('k', sha256))).toBe(isSha256);
  });

  it.each([
    [10, undefined, { start: 0, length: 10 }],
    [10, { start: 0, end: 0 }, { start: 0, length: 1 }],
    [10, { start: 2, end: 4 }, { start: 2, length: 3 }],
    [10, { start: 2, end: 9 }, { start: 2, length: 8 }],
    [10, { start: 9, end: 9 }, { start: 9, length: 1 }],
    [10, { start: 2, end: 99 }, { start: 2, length: 8 }],
  ])('of %i bytes is read by %j as %j', (bytes, range, part) => {
    expect(rangeWithin('k', bytes, range)).toEqual(part);
  });

  it.each([
    { start: 10, end: 12 },
    { start: 4, end: 3 },
    { start: -1, end: 3 },
    { start: 0.5, end: 3 },
    { start: 0, end: 3.5 },
  ])('of ten bytes is not read by %j', (range) => {
    expect(passes(() => rangeWithin('k', 10, range))).toBe(false);
    expect(() => rangeWithin('k', 10, range)).toThrow(`but received ${range.start}-${range.end}`);
  });
});

describe('a message', () => {
  const attributes = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, 'x']));

  it.each([
    [{ body: 'a' }, true],
    [{ body: '' }, false],
    [{ body: 'a\u0000' }, false],
    [{ body: 'a\ud800' }, false],
    [{ body: '\t\n\r' }, true],
    [{ body: 'a', attributes: attributes(10) }, true],
    [{ body: 'a', attributes: attributes(11) }, false],
    [{ body: 'a', attributes: { 'a b': 'x' } }, false],
    [{ body: 'a', attributes: { 'aws.x': 'x' } }, false],
    [{ body: 'a', attributes: { 'Amazon.x': 'x' } }, false],
    [{ body: 'a', attributes: { 'a.b': 'x' } }, true],
    [{ body: 'a', attributes: { 'a..b': 'x' } }, false],
    [{ body: 'a', attributes: { a: '' } }, false],
    [{ body: 'a', delaySeconds: 900 }, true],
    [{ body: 'a', delaySeconds: 901 }, false],
    [{ body: 'a', delaySeconds: -1 }, false],
    [{ body: 'a', delaySeconds: 0.5 }, false],
  ])('%j is taken: %s', (message, isTaken) => {
    expect(passes(() => checkMessage('screening', message))).toBe(isTaken);
  });

  it('holds 256 KiB of UTF-8 with its attributes, their names and their type', () => {
    const body = (bytes: number) => 'x'.repeat(bytes);
    expect(passes(() => checkMessage('q', { body: body(262_144) }))).toBe(true);
    expect(passes(() => checkMessage('q', { body: body(262_145) }))).toBe(false);
    // Name 2 bytes, value 3 bytes (one character), "String" 6 bytes.
    const withAttribute = (bytes: number) => ({ body: body(bytes), attributes: { ab: '眼' } });
    expect(passes(() => checkMessage('q', withAttribute(262_144 - 11)))).toBe(true);
    expect(passes(() => checkMessage('q', withAttribute(262_144 - 10)))).toBe(false);
    expect(() => checkMessage('q', { body: body(262_145) })).toThrow('for queue q but received 262145');
  });

  it('that is refused is told by its first 80 characters', () => {
    const long = `\0${'x'.repeat(90)}`;
    const told = `\\u0000${'x'.repeat(79)}`;
    expect(() => checkMessage('q', { body: long })).toThrow(`received "${told}".`);
    expect(() => checkMessage('q', { body: 'a', attributes: { eye: long } })).toThrow(
      `received {"eye":"${told}"}.`,
    );
  });

  it('that is refused says why', () => {
    expect(() => checkMessage('q', { body: '' })).toThrow('at least one character and no control characters');
    expect(() => checkMessage('q', { body: 'a', attributes: attributes(11) })).toThrow(
      'at most 10 attributes',
    );
    expect(() => checkMessage('q', { body: 'a', attributes: { a: '' } })).toThrow("attribute's name");
    expect(() => checkMessage('q', { body: 'a', delaySeconds: 901 })).toThrow(
      'Expected delaySeconds to be a whole number from 0 to 900 but received 901.',
    );
  });

  it.each([
    [{ maxMessages: 1, waitSeconds: 0 }, true],
    [{ maxMessages: 10, waitSeconds: 20, visibilitySeconds: 43_200 }, true],
    [{ maxMessages: 0, waitSeconds: 0 }, false],
    [{ maxMessages: 11, waitSeconds: 0 }, false],
    [{ maxMessages: 1, waitSeconds: 21 }, false],
    [{ maxMessages: 1, waitSeconds: -1 }, false],
    [{ maxMessages: 1, waitSeconds: 0, visibilitySeconds: 43_201 }, false],
  ])('is received with %j: %s', (options, isTaken) => {
    expect(passes(() => checkReceive(options))).toBe(isTaken);
  });

  it('is on loan for twelve hours at most', () => {
    expect([0, 1, 43_200].map((seconds) => passes(() => checkVisibility(seconds)))).toEqual([
      true,
      true,
      true,
    ]);
    expect([-1, 0.5, 43_201].map((seconds) => passes(() => checkVisibility(seconds)))).toEqual([
      ...[false, false, false],
    ]);
    expect(() => checkReceive({ maxMessages: 0, waitSeconds: 0 })).toThrow('maxMessages');
    expect(() => checkReceive({ maxMessages: 1, waitSeconds: 21 })).toThrow('waitSeconds');
    expect(() => checkVisibility(-1)).toThrow('visibilitySeconds');
  });
});
