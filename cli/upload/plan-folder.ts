import { basename, resolve } from 'node:path';
import pLimit from 'p-limit';
import { parseLaterality } from '../../core/exams/read-laterality.ts';
import type { Doubt } from '../../core/names/doubt.ts';
import { explainFolder } from '../../core/names/explain-folder.ts';
import type { NamedImage } from '../../core/names/explained-folder.ts';
import { patternText } from '../../core/names/pattern-doubts.ts';
import { finishPlan } from './finish-plan.ts';
import { hasImageSuffix, lookAtFile } from './look-at-file.ts';
import type { FoundImage, ImageFile, RefusedItem, UploadPlan } from './planned-image.ts';
import { type FoundFile, walkFolder } from './walk-folder.ts';

const OPEN_AT_ONCE = 16;

export interface FolderOptions {
  /** Names the visit of every photograph, instead of what the names tell. */
  readonly exam?: string;
  /** The programme's own pattern: `{patient}_{date}_{eye}_{n}`. */
  readonly pattern?: string;
  /** Which files are planned; the others only help to read their names. All of them unless told. */
  readonly only?: ReadonlySet<string>;
}

interface Seen {
  readonly found: FoundFile;
  readonly look: ImageFile | RefusedItem;
}

/** A file that would be a photograph if it were not empty counts as a name: its partner is not alone in the folder. */
function isNamed({ found, look }: Seen): boolean {
  return !('reason' in look) || hasImageSuffix(found.path);
}

/** A name without its suffix, which may be there twice; `P1.OD` has none. */
function stemOf(fileName: string): string {
  let stem = fileName;
  while (hasImageSuffix(stem) && stem.lastIndexOf('.') > 0) stem = stem.slice(0, stem.lastIndexOf('.'));
  if (stem !== fileName) return stem;
  const other = /^(.+)\.([A-Za-z]\w{0,7})$/u.exec(fileName);
  return other?.[1] === undefined || parseLaterality(other[2] ?? '') !== null ? fileName : other[1];
}

/** How names were read, the most frequent way first. */
function patternsOf(named: readonly NamedImage[]): string[] {
  const groups = [...Map.groupBy(named, ({ pattern }) => patternText(pattern))];
  return groups.sort(([, a], [, b]) => b.length - a.length).map(([pattern]) => pattern);
}

/**
 * Plans the upload of a folder: which photograph is whose eye at which visit, what is refused and what must be asked.
 *
 * @throws InvalidInputError if the programme's own pattern is wrong
 */
export async function planFolder(
  folder: string,
  program: string,
  options: FolderOptions = {},
): Promise<UploadPlan> {
  const walk = await walkFolder(folder);
  const limit = pLimit(OPEN_AT_ONCE);
  const seen = await Promise.all(
    walk.files.map((found) =>
      limit(async (): Promise<Seen> => ({ found, look: await lookAtFile(found.path) })),
    ),
  );
  const readable = seen.filter(isNamed);
  const { files, doubts } = explainFolder(
    readable.map(({ found }) => ({
      folders: found.segments.slice(0, -1),
      stem: stemOf(found.segments.at(-1) ?? ''),
    })),
    { ...options, root: basename(resolve(folder)) },
  );
  const images: FoundImage[] = [];
  const named: NamedImage[] = [];
  const isWanted = (path: string): boolean => options.only?.has(path) ?? true;
  const refused: RefusedItem[] = [...walk.refused];
  for (const { look } of seen) if ('reason' in look && isWanted(look.path)) refused.push(look);
  // Where each file stands among the images: doubts speak of files.
  const places = readable.map(({ look }, index): number | null => {
    const name = files[index];
    if ('reason' in look || name === undefined || !isWanted(look.path)) return null;
    if ('refused' in name) {
      refused.push({ path: look.path, reason: name.refused });
      return null;
    }
    const { patient, exam, laterality, field } = name;
    images.push({ path: look.path, exam: { program, patient, exam }, laterality, field, file: look });
    named.push(name);
    return images.length - 1;
  });
  const ofImages = doubts.flatMap((doubt): Doubt[] => {
    const left = doubt.images.flatMap((file) => places[file] ?? []);
    return left.length === 0 ? [] : [{ ...doubt, images: left }];
  });
  const days = named.map(({ day }) => day);
  return finishPlan({ images, days, refused, doubts: ofImages, patterns: patternsOf(named) });
}
