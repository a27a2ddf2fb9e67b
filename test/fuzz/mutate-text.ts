import type { Random } from './random.ts';

const PIECES = [
  '\n',
  '\r\n',
  ',',
  ';',
  '\t',
  '"',
  '""',
  "'",
  '\\',
  '\u0000',
  '\ufeff',
  ' ',
  '=',
  '/',
  '..',
  '%00',
  '%',
  '{',
  '}',
  '*',
  '(',
  '[',
  'left',
  'OD',
  '_',
  '-',
  '🩺',
  '\u202e',
  'ﬁ',
  '1e999',
  '2026-02-30',
  'x'.repeat(5_000),
  '('.repeat(2_000),
  ','.repeat(3_000),
];

/** One to four changes of a text, at its signs: what parts it is doubled, taken away, or put where nothing was. */
export function mutateText(text: string, random: Random): string {
  let changed = text;
  for (let changes = 1 + random.below(4); changes > 0; changes -= 1) {
    const at = random.below(changed.length + 1);
    const length = random.below(Math.min(40, changed.length - at + 1));
    const part = random.pick([
      random.pick(PIECES) ?? '',
      changed.slice(at, at + length).repeat(2),
      '',
      String.fromCodePoint(random.below(0xd800)),
    ]);
    changed = changed.slice(0, at) + part + changed.slice(at + (random.onceIn(2) ? length : 0));
  }
  return changed;
}
