import { join } from 'node:path';
import { type BenchmarkCase, type Layout, SPLITS, type Split } from '../benchmark-set.ts';
import { BenchmarkError } from '../errors.ts';
import { firstThere, imagesIn, needThere, SPLIT_FOLDERS, stemOf } from './folders.ts';
import { type LabelFile, needColumns, readLabelFile } from './label-file.ts';

/** Where a set's labels lie, and which column names the photograph. */
export interface ListedClassesOptions {
  readonly pattern: string;
  /** Files of each split that would do, by their path in the set's folder. */
  readonly files: (split: Split) => readonly string[];
  readonly idColumn: string;
  /** Of the class's number; the second column unless told. */
  readonly classColumn?: string;
}

/** Class numbers by the photograph's name, with and without its ending. */
function classesOf(file: LabelFile, { idColumn, classColumn }: ListedClassesOptions): Map<string, string> {
  const column = classColumn ?? file.columns[1] ?? '';
  needColumns(file, [idColumn, column]);
  return new Map(
    file.rows.flatMap((row) => {
      const [id, value] = [row[idColumn] ?? '', row[column] ?? ''];
      return [[id, value] as const, [stemOf(id), value] as const];
    }),
  );
}

/**
 * Photographs in one folder for each split, with their classes in a label file, as RET-CLIP's evaluation scripts read
 * them (sStonemason/RET-CLIP, Code_of_RET-CLIP/evaluation).
 */
export function listedClasses(options: ListedClassesOptions): Layout {
  return {
    pattern: options.pattern,

    async fits(folder) {
      return (await firstThere(folder, options.files('train'), 'file')) !== undefined;
    },

    async read(folder, set) {
      const cases: BenchmarkCase[] = [];
      for (const split of SPLITS) {
        const file = await readLabelFile(await needThere(folder, options.files(split), 'file'));
        const ofSplit = await needThere(folder, SPLIT_FOLDERS[split], 'folder');
        const classes = classesOf(file, options);
        for (const photograph of await imagesIn(ofSplit)) {
          const text = classes.get(photograph) ?? classes.get(stemOf(photograph));
          if (text === undefined) {
            throw new BenchmarkError(
              `Label file "${file.path}" has no row for photograph "${join(ofSplit, photograph)}".`,
            );
          }
          const place = Number(text);
          if (text === '' || !Number.isInteger(place) || place < 0 || place >= set.classes.length) {
            throw new BenchmarkError(
              `Label file "${file.path}" has class ${JSON.stringify(text)} for "${photograph}", which is none of 0 to ${set.classes.length - 1}.`,
            );
          }
          const name = `${split}/${photograph}`;
          const left = join(ofSplit, photograph);
          cases.push({ name, patient: name, split, left, right: null, values: [place] });
        }
      }
      return cases;
    },
  };
}

/** Most of RET-CLIP's sets: one `labels.csv` with the columns ID and class. */
export const LISTED_IN_ONE_FILE = listedClasses({
  pattern: '{train,valid,test}/IMAGE with labels.csv (ID, class number)',
  files: () => ['labels.csv'],
  idColumn: 'ID',
});
