import { expect, it } from 'vitest';
import { sourceOfFile } from './source-of-file.ts';

it('is one for one name, in whatever folder, format and spelling it stands', () => {
  const source = sourceOfFile('day1/Möller_left.jpg', null);
  expect(source).toMatch(/^[0-9a-f]{64}$/);
  for (const same of ['day2/möller_LEFT.png', 'M\u006f\u0308ller_left.jpg', 'MÖLLER_left'])
    expect(sourceOfFile(same, null)).toBe(source);
  for (const other of ['Möller_left_2.jpg', 'Moller_left.jpg', 'Möller_right.jpg'])
    expect(sourceOfFile(other, null)).not.toBe(source);
});

it('has the key of the pseudonyms where there is one', () => {
  const keyed = (byte: number) => sourceOfFile('left.jpg', new Uint8Array(32).fill(byte));
  expect(new Set([keyed(1), keyed(2), sourceOfFile('left.jpg', null)]).size).toBe(3);
});
