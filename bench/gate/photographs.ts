import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** What ODIR's keywords say of one eye's photograph. */
export type Said = 'opaque' | 'low-quality' | 'cataract' | 'other' | 'unknown';

/** A real photograph, and whether it may teach the gate. */
export interface Photograph {
  readonly path: string;
  readonly set: 'odir' | 'eyepacs' | 'aptos' | 'chase' | 'eyepacs-full';
  readonly patient: string;
  readonly kept: boolean;
  readonly said: Said;
  readonly keywords: string;
  /** EyeQ's grade: it judges and never teaches. */
  readonly eyeQ?: 'good' | 'usable' | 'reject';
}

const KEPT_SHARE = 0.2;

/** The share below which a patient is kept for judging. Another rule than that of the towers and of the detector. */
function isKept(set: string, patient: string): boolean {
  const digest = createHash('sha256').update(`retclip-gate-1/${set}/${patient}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32 < KEPT_SHARE;
}

function table(path: string): Record<string, string>[] {
  return parse(readFileSync(path), { columns: true, bom: true, relax_quotes: true });
}

function saidBy(keywords: string): Said {
  if (keywords.includes('low image quality')) return 'low-quality';
  if (keywords.includes('media opacity')) return 'opaque';
  return keywords.includes('cataract') ? 'cataract' : 'other';
}

function odir(fundus: string): Photograph[] {
  const folder = join(fundus, 'odir5k_256');
  return table(join(folder, 'labels.csv')).flatMap((row) =>
    ['left', 'right'].flatMap((side): Photograph[] => {
      const name = row[`${side}_image`];
      if (!name) return [];
      const patient = row.group ?? '';
      const keywords = row[`${side}_keywords`] ?? '';
      return [
        {
          ...{ path: join(folder, 'images', name), set: 'odir', patient, keywords },
          ...{ kept: isKept('odir', patient), said: saidBy(keywords) },
        },
      ];
    }),
  );
}

/** Patients of whom EyeQ has graded any photograph are kept whole. */
function eyepacs(fundus: string): Photograph[] {
  const folder = join(fundus, 'eyepacs_400');
  const grades = new Map(
    table(join(folder, 'quality_eyeq.csv')).map(({ image, quality }) => [
      image,
      quality as Photograph['eyeQ'],
    ]),
  );
  return table(join(folder, 'labels.csv')).flatMap((row) => {
    const names = [row.left_image, row.right_image].filter((name): name is string => Boolean(name));
    const kept = names.some((name) => grades.has(name));
    return names.map((name): Photograph => {
      const eyeQ = grades.get(name);
      return {
        ...{ path: join(folder, 'images', name), set: 'eyepacs', patient: row.patient ?? '', keywords: '' },
        ...{ kept, said: 'unknown', ...(eyeQ === undefined ? {} : { eyeQ }) },
      };
    });
  });
}

function untabled(fundus: string, set: 'aptos' | 'chase' | 'eyepacs-full', folder: string): Photograph[] {
  return globSync('images/*.{jpg,jpeg,png}', { cwd: join(fundus, folder) })
    .sort()
    .map((name) => {
      const patient = basename(name).replace(/(?:_(?:left|right))?\.\w+$/, '');
      const kept = set !== 'aptos' || isKept(set, patient);
      return { path: join(fundus, folder, name), set, patient, kept, said: 'unknown', keywords: '' };
    });
}

/** Every photograph of the real sets, with the half it belongs to. */
export function allPhotographs(fundus: string): Photograph[] {
  return [
    ...odir(fundus),
    ...eyepacs(fundus),
    ...untabled(fundus, 'aptos', 'aptos_dr234_256'),
    ...untabled(fundus, 'chase', 'chase_db1_512'),
    ...untabled(fundus, 'eyepacs-full', 'eyepacs_full'),
  ];
}
