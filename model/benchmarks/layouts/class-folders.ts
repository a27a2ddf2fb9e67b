import { join } from 'node:path';
import { type BenchmarkCase, type BenchmarkSet, type Layout, SPLITS } from '../benchmark-set.ts';
import { BenchmarkError } from '../errors.ts';
import { firstThere, imagesIn, needThere, SPLIT_FOLDERS, sortedEntries } from './folders.ts';

async function foldersIn(folder: string): Promise<string[]> {
  const names = await sortedEntries(folder);
  const found = await Promise.all(names.map((name) => firstThere(folder, [name], 'folder')));
  return names.filter((_, index) => found[index] !== undefined);
}

/** @throws BenchmarkError if the folders are not the set's classes */
function refuseOtherClasses(folder: string, found: readonly string[], set: BenchmarkSet): void {
  const known = set.classes.map(({ published }) => published.toLowerCase());
  const names = found.map((name) => name.toLowerCase());
  const missing = set.classes.filter(({ published }) => !names.includes(published.toLowerCase()));
  const unknown = found.filter((name) => !known.includes(name.toLowerCase()));
  if (missing.length === 0 && unknown.length === 0) return;
  const quoted = (all: readonly string[]) => all.map((name) => `"${name}"`).join(', ');
  throw new BenchmarkError(
    [
      `"${folder}" does not hold the ${set.classes.length} class folders of ${set.title}.`,
      ...(missing.length === 0 ? [] : [`Missing: ${quoted(missing.map(({ published }) => published))}.`]),
      ...(unknown.length === 0 ? [] : [`Unknown: ${quoted(unknown)}.`]),
    ].join(' '),
  );
}

/**
 * Folders of classes below folders of splits, as RETFound's releases have it and torchvision's ImageFolder reads it
 * (rmaphoh/RETFound_MAE, BENCHMARK.md and util/datasets.py). Every class stands in every split.
 */
export const CLASS_FOLDERS: Layout = {
  pattern: '{train,val,test}/CLASS/IMAGE',

  async fits(folder) {
    const train = await firstThere(folder, SPLIT_FOLDERS.train, 'folder');
    return train !== undefined && (await foldersIn(train)).length > 0;
  },

  async read(folder, set) {
    const cases: BenchmarkCase[] = [];
    for (const split of SPLITS) {
      const ofSplit = await needThere(folder, SPLIT_FOLDERS[split], 'folder');
      const found = await foldersIn(ofSplit);
      refuseOtherClasses(ofSplit, found, set);
      for (const [place, { published }] of set.classes.entries()) {
        const own = found.find((name) => name.toLowerCase() === published.toLowerCase()) ?? published;
        for (const file of await imagesIn(join(ofSplit, own))) {
          const name = `${split}/${own}/${file}`;
          const left = join(ofSplit, own, file);
          cases.push({ name, patient: name, split, left, right: null, values: [place] });
        }
      }
    }
    return cases;
  },
};
