import type { Backup } from '../../local/backup/backup-folder.ts';
import { colours as pc } from '../terminal/colours.ts';
import { plural } from '../upload/plan-text.ts';

/** Objects named one by one. */
const NAMED = 10;

/** @example size(2_500_000) // '2.4 MiB' */
export function size(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** How much a backup holds. */
export function holdingsText({ exams, images, bytes }: Pick<Backup, 'exams' | 'images' | 'bytes'>): string {
  return `${plural(exams, 'exam')}, ${plural(images, 'photograph')}, ${size(bytes)}`;
}

/** Which contents are not as they were, and what to do. */
export function damagedLines(keys: readonly string[], where: string): string[] {
  if (keys.length === 0) return [];
  const more = keys.length > NAMED ? [`    … and ${keys.length - NAMED} more`] : [];
  return [
    pc.yellow(
      `  ${plural(keys.length, 'content')} cannot be read ${where}: upload the same photographs again, which puts them right`,
    ),
    ...keys.slice(0, NAMED).map((key) => `    ${key}`),
    ...more,
  ];
}
