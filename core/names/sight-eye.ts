import type { Laterality } from '../exams/laterality.ts';
import { chooseReadings } from './choose-reading.ts';
import { eyesIn } from './eyes-in-text.ts';
import { type FolderLevel, folderLevels } from './folder-level.ts';
import { readEyelessStem, type StemReading } from './read-stem.ts';

/** A file of an upload by its name. */
export interface FileName {
  /** Folders below the uploaded one, from the outermost. */
  readonly folders: readonly string[];
  /** The file's name without its extension. */
  readonly stem: string;
}

/** A file whose eye is known. */
export interface SightedFile extends FileName {
  readonly laterality: Laterality;
  readonly levels: readonly FolderLevel[];
  /** How the name, or the folder `P7_OD` in its place, is read; `null` where the eye's folder says all. */
  readonly reading: StemReading | null;
  /** Who told the eye. */
  readonly eyeFrom: 'name' | 'folder' | 'named-folder';
  readonly isEyeDoubtful: boolean;
}

export type Sight = SightedFile | { readonly refused: string };

const quoted = (texts: Iterable<string>): string => [...texts].map((text) => `"${text}"`).join(' and ');

function contradiction(
  file: FileName,
  own: Laterality,
  rest: string,
  levels: readonly FolderLevel[],
): string | null {
  const folders = levels.flatMap(({ text }, depth) => {
    const level = levels[depth];
    const eyes = level?.says === 'eye' ? new Set([level.laterality]) : eyesIn(text);
    return eyes.size === 1 && !eyes.has(own) ? [text] : [];
  });
  if (folders.length > 0) {
    return `its name says the ${own} eye but its folder ${quoted(folders)} the other: find out which is true and rename one of them`;
  }
  const other = own === 'left' ? 'right' : 'left';
  return eyesIn(rest).has(other)
    ? `"${file.stem}" names both eyes: keep one of left/right, L/R, OS/OD in it`
    : null;
}

const NO_EYE =
  'it does not say which eye it shows: put left or right (OS/OD, L/R) into its name or its folder, give --pattern, or use a manifest';

function noEye(stem: string): string {
  const name = /^(?:le|re|la|ra|li|oi|l|r)(?=[^\p{L}\p{M}])/iu.exec(stem)?.[0];
  return name === undefined ? NO_EYE : `${NO_EYE} ("${name}" may be a name and is not taken for an eye)`;
}

/**
 * Finds the eye of each file: in its name, in a folder that names the eye (`P1/left/…`), or in a folder that names the
 * patient as well (`P1_OD/…`).
 *
 * @returns in the order of the files; the reason in place of a file whose eye is not told or told twice
 */
export function sightEyes(files: readonly FileName[]): Sight[] {
  const below = new Map<string, Set<string>>();
  for (const { folders } of files) {
    folders.forEach((name, depth) => {
      const above = JSON.stringify(folders.slice(0, depth));
      below.set(above, (below.get(above) ?? new Set()).add(name));
    });
  }
  const siblings = (above: readonly string[]): ReadonlySet<string> =>
    below.get(JSON.stringify(above)) ?? new Set();
  const byName = chooseReadings(files.map(({ folders, stem }) => ({ folder: folders.join('/'), stem })));
  const distinct = [...new Map(files.map(({ folders }) => [folders.join('/'), folders]))];
  const folderReadings = chooseReadings(
    distinct.map(([, folders]) => ({ folder: folders.slice(0, -1).join('/'), stem: folders.at(-1) ?? '' })),
  );
  const byFolder = new Map(distinct.map(([path], index) => [path, folderReadings[index] ?? null]));
  const levelsOf = new Map(distinct.map(([path, folders]) => [path, folderLevels(folders, siblings)]));
  return files.map((file, index): Sight => {
    const path = file.folders.join('/');
    const levels = levelsOf.get(path) ?? [];
    const eyeFolder = levels.findLast((level) => level.says === 'eye');
    const named = byName[index] ?? null;
    if (named !== null && named.reading.eye !== null && !(named.isEyeDoubtful && eyeFolder !== undefined)) {
      const { laterality } = named.reading.eye;
      const refused = contradiction(file, laterality, named.reading.rest, levels);
      if (refused !== null) return { refused };
      const { isEyeDoubtful, reading } = named;
      return { ...file, laterality, levels, reading, eyeFrom: 'name', isEyeDoubtful };
    }
    if (eyeFolder !== undefined) {
      const { laterality, isDoubtful } = eyeFolder;
      const refused = contradiction(file, laterality, file.stem, levels);
      if (refused !== null) return { refused };
      const reading = readEyelessStem(file.stem);
      return { ...file, laterality, levels, reading, eyeFrom: 'folder', isEyeDoubtful: isDoubtful };
    }
    const folder = byFolder.get(path) ?? null;
    if (folder?.reading.eye && folder.reading.patient !== null && !folder.isEyeDoubtful) {
      const { laterality } = folder.reading.eye;
      const refused = contradiction(file, laterality, file.stem, levels.slice(0, -1));
      if (refused !== null) return { refused };
      const { reading } = folder;
      return { ...file, laterality, levels, reading, eyeFrom: 'named-folder', isEyeDoubtful: false };
    }
    return { refused: noEye(file.stem) };
  });
}
