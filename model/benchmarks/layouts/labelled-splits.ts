import { join } from 'node:path';
import { type BenchmarkCase, type BenchmarkSet, type Layout, SPLITS, type Split } from '../benchmark-set.ts';
import { BenchmarkError } from '../errors.ts';
import { firstThere, imagesIn, needThere, stemOf } from './folders.ts';
import { binaryCell, type LabelFile, needColumns, readLabelFile } from './label-file.ts';

/** Places of one split, by their path in the set's folder; the first that is there is taken. */
export interface LabelledSplit {
  readonly photographs: readonly string[];
  readonly labels: readonly string[];
}

export interface LabelledSplitsOptions {
  readonly pattern: string;
  readonly splits: Readonly<Record<Split, LabelledSplit>>;
  readonly idColumn: string;
  /** Of a row, the labels in the set's order. */
  readonly valuesOf: (row: LabelFile['rows'][number], file: LabelFile, set: BenchmarkSet) => number[];
}

/** The values of a set's own columns, as they stand. */
export function ownColumns(
  row: LabelFile['rows'][number],
  { path }: Pick<LabelFile, 'path'>,
  { classes }: BenchmarkSet,
  place: string,
): number[] {
  return classes.map(({ published }) => binaryCell(row[published], published, `"${path}", ${place}`));
}

/** A label file of 0 and 1 for each split, and the split's photographs named by its ids. */
export function labelledSplits(options: LabelledSplitsOptions): Layout {
  const { splits, idColumn } = options;
  return {
    pattern: options.pattern,

    async fits(folder) {
      const { labels } = splits.train;
      return (await firstThere(folder, labels, 'file')) !== undefined;
    },

    async read(folder, set) {
      const cases: BenchmarkCase[] = [];
      for (const split of SPLITS) {
        const file = await readLabelFile(await needThere(folder, splits[split].labels, 'file'));
        needColumns(file, [idColumn]);
        const ofSplit = await needThere(folder, splits[split].photographs, 'folder');
        const photographs = new Map((await imagesIn(ofSplit)).map((name) => [stemOf(name), name]));
        const missing = file.rows.filter((row) => !photographs.has(row[idColumn] ?? ''));
        if (missing.length > 0) {
          const named = missing.slice(0, 5).map((row) => row[idColumn]);
          throw new BenchmarkError(
            `"${ofSplit}" lacks the photographs of ${missing.length} of ${file.rows.length} rows of "${file.path}": ${named.join(', ')}${missing.length > 5 ? ', …' : ''}.`,
          );
        }
        for (const row of file.rows) {
          const id = row[idColumn] ?? '';
          const name = `${split}/${id}`;
          const left = join(ofSplit, photographs.get(id) ?? '');
          const values = options.valuesOf(row, file, set);
          cases.push({ name, patient: name, split, left, right: null, values });
        }
      }
      return cases;
    },
  };
}
