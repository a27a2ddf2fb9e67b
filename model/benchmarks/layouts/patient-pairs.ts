import { join } from 'node:path';
import { type BenchmarkCase, type BenchmarkSet, type Layout, SPLITS, type Split } from '../benchmark-set.ts';
import { BenchmarkError } from '../errors.ts';
import { firstThere, imagesIn, isFile, needThere, SPLIT_FOLDERS } from './folders.ts';
import { type LabelFile, needColumns, readLabelFile } from './label-file.ts';
import { ownColumns } from './labelled-splits.ts';

const LABELS = ['labels.csv'];
/** Folders that ODIR's photographs of training are published in. */
const PUBLISHED_FOLDERS = ['ODIR-5K_Training_Dataset', 'Training Images', 'preprocessed_images', 'images'];

async function annotation(folder: string, set: BenchmarkSet): Promise<LabelFile> {
  const path = await firstThere(folder, LABELS, 'file');
  if (path === undefined) {
    throw new BenchmarkError(
      `"${folder}" lacks the file "labels.csv": the published annotation (ODIR-5K_Training_Annotations, .xlsx) saved as CSV, with the columns ID, ${set.classes.map(({ published }) => published).join(', ')}.`,
    );
  }
  const file = await readLabelFile(path);
  needColumns(file, ['ID', ...set.classes.map(({ published }) => published)]);
  return file;
}

function refuseRepeats(file: LabelFile): void {
  const seen = new Set<string>();
  for (const { ID: id = '' } of file.rows) {
    if (seen.has(id)) {
      throw new BenchmarkError(`Label file "${file.path}" has patient ${id} twice. Keep one row a patient.`);
    }
    seen.add(id);
  }
}

function caseOf(
  row: LabelFile['rows'][number],
  file: LabelFile,
  set: BenchmarkSet,
  place: { readonly split: Split; readonly left: string; readonly right: string },
): BenchmarkCase {
  const id = row.ID ?? '';
  const values = ownColumns(row, file, set, `patient ${id}`);
  return { name: id, patient: row.group || id, ...place, values };
}

/**
 * ODIR as RET-CLIP's script reads it: each split's left and right photographs in two folders, one annotation for all
 * (sStonemason/RET-CLIP, Code_of_RET-CLIP/evaluation/eval_ODIR.py).
 */
export const PATIENT_PAIRS_BY_SPLIT: Layout = {
  pattern:
    '{train,valid,test}/{left,right}/ID_{left,right}.jpg with labels.csv (ID, …, N, D, G, C, A, H, M, O)',

  async fits(folder) {
    return (await firstThere(folder, SPLIT_FOLDERS.train, 'folder')) !== undefined;
  },

  async read(folder, set) {
    const file = await annotation(folder, set);
    refuseRepeats(file);
    const rows = new Map(file.rows.map((row) => [row.ID ?? '', row]));
    const cases: BenchmarkCase[] = [];
    for (const split of SPLITS) {
      const ofSplit = await needThere(folder, SPLIT_FOLDERS[split], 'folder');
      const [left, right] = [
        await needThere(ofSplit, ['left'], 'folder'),
        await needThere(ofSplit, ['right'], 'folder'),
      ];
      const rightEyes = new Map((await imagesIn(right)).map((name) => [name.split('_')[0] ?? '', name]));
      for (const photograph of await imagesIn(left)) {
        const id = photograph.split('_')[0] ?? '';
        const [row, other] = [rows.get(id), rightEyes.get(id)];
        if (row === undefined) {
          throw new BenchmarkError(`Label file "${file.path}" has no patient ${id} of "${photograph}".`);
        }
        if (other === undefined) {
          throw new BenchmarkError(`"${right}" lacks the right eye of patient ${id}.`);
        }
        const eyes = { left: join(left, photograph), right: join(right, other) };
        cases.push(caseOf(row, file, set, { split, ...eyes }));
      }
    }
    return cases;
  },
};

function splitOf(text: string, id: string, path: string): Split {
  const split = SPLITS.find((one) => SPLIT_FOLDERS[one].includes(text.toLowerCase()));
  if (split !== undefined) return split;
  throw new BenchmarkError(
    `"${path}", patient ${id}: split ${JSON.stringify(text)} is none of train, validation, test.`,
  );
}

/**
 * ODIR as published: all photographs in one folder. Its publisher names no split for labelled patients, so the
 * annotation must say it in a column "split".
 */
export const PATIENT_PAIRS_IN_ONE_FOLDER: Layout = {
  pattern: `{${PUBLISHED_FOLDERS.join(',')}}/ID_{left,right}.jpg with labels.csv (ID, …, N, D, G, C, A, H, M, O, split)`,

  async fits(folder) {
    return (await firstThere(folder, PUBLISHED_FOLDERS, 'folder')) !== undefined;
  },

  async read(folder, set) {
    const file = await annotation(folder, set);
    needColumns(file, ['split']);
    refuseRepeats(file);
    const photographs = await needThere(folder, PUBLISHED_FOLDERS, 'folder');
    return Promise.all(
      file.rows.map(async (row) => {
        const id = row.ID ?? '';
        const left = join(photographs, row['Left-Fundus'] || `${id}_left.jpg`);
        const right = join(photographs, row['Right-Fundus'] || `${id}_right.jpg`);
        for (const path of [left, right]) {
          if (!(await isFile(path))) {
            throw new BenchmarkError(`Photograph "${path}" of patient ${id} is missing.`);
          }
        }
        return caseOf(row, file, set, { split: splitOf(row.split ?? '', id, file.path), left, right });
      }),
    );
  },
};
