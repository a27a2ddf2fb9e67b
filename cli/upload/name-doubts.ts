import { basename } from 'node:path';
import type { Doubt } from '../../core/names/doubt.ts';
import { readStem } from '../../core/names/read-stem.ts';
import type { FoundImage } from './planned-image.ts';

/**
 * Rows of a manifest whose file is named after another patient of the same manifest: a slipped row, most likely. Bare
 * numbers are left out, since photographs are numbered as often as patients are.
 */
export function nameDoubts(images: readonly FoundImage[]): Doubt[] {
  const known = new Set(images.map(({ exam }) => exam.patient));
  return images.flatMap(({ path, exam }, index): Doubt[] => {
    const readings = readStem(basename(path).replace(/\.[^.]*$/, ''));
    const ids = readings.flatMap(({ patient }) => patient ?? []);
    const other = ids.find((id) => known.has(id) && !/^\d+$/u.test(id));
    if (other === undefined || ids.includes(exam.patient)) return [];
    const text = `The row says patient ${exam.patient}, but the file is named after patient ${other}. Read as patient ${exam.patient}.`;
    return [{ kind: 'name-differs', text, images: [index] }];
  });
}
