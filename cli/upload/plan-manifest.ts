import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import pLimit from 'p-limit';
import { InvalidInputError } from '../../core/errors.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { Field } from '../../core/exams/field.ts';
import { parseIdentifier } from '../../core/exams/identifier.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import { parseLaterality } from '../../core/exams/read-laterality.ts';
import { parseDay } from '../../core/names/day.ts';
import { eyesIn } from '../../core/names/eyes-in-text.ts';
import { fieldOf } from '../../core/names/field-words.ts';
import { isExponent } from '../../core/names/id-doubts.ts';
import { finishPlan } from './finish-plan.ts';
import { lookAtFile } from './look-at-file.ts';
import { type ManifestColumn, manifestColumns } from './manifest-columns.ts';
import { nameDoubts } from './name-doubts.ts';
import type { FoundImage, RefusedItem, UploadPlan } from './planned-image.ts';
import { readTable } from './read-table.ts';
import type { TableRow } from './table.ts';

const OPEN_AT_ONCE = 16;

export interface ManifestOptions {
  /** The program of every row; the column may be absent then. */
  readonly program?: string;
  /** The program of every row of a manifest that has no such column, where nothing is to be uploaded. */
  readonly programIfNone?: string;
  /** Of the file, where it is neither UTF-8 nor UTF-16: `gbk`, `windows-1252`. */
  readonly encoding?: string;
}

interface RowImage {
  readonly path: string;
  readonly exam: ExamKey;
  readonly laterality: Laterality;
  readonly field: Field | null;
}

type Cell = (column: ManifestColumn) => string;

function idOf(what: 'patient' | 'exam', text: string): string {
  if (isExponent(text)) {
    throw new InvalidInputError(
      `${what} id ${JSON.stringify(text)} was rounded by the spreadsheet: format the column as text and enter the ids again`,
    );
  }
  return parseIdentifier(what, text);
}

/** Windows writes folders with backslashes. */
async function pathOf(folder: string, text: string): Promise<string> {
  const path = resolve(folder, text);
  if (!text.includes('\\')) return path;
  return (await stat(path).catch(() => undefined)) === undefined
    ? resolve(folder, text.replaceAll('\\', '/'))
    : path;
}

async function imageOf(
  cell: Cell,
  folder: string,
  program: string | undefined,
  programIfNone: string | undefined,
): Promise<RowImage> {
  const named = cell('program') || program || programIfNone;
  if (named === undefined) throw new InvalidInputError('the program is empty');
  if (program !== undefined && named !== program) {
    throw new InvalidInputError(`the row is for program "${named}" but --program says "${program}"`);
  }
  const spelled = cell('laterality');
  const laterality = parseLaterality(spelled);
  if (laterality === null) {
    throw new InvalidInputError(
      `Expected left or right (L/R, OS/OD) as laterality but received ${JSON.stringify(spelled)}`,
    );
  }
  const text = cell('path');
  if (text === '') throw new InvalidInputError('the path is empty');
  const said = eyesIn(basename(text.replaceAll('\\', '/')).replace(/\.[^.]*$/, ''));
  if (said.size === 1 && !said.has(laterality)) {
    throw new InvalidInputError(
      `the row says the ${laterality} eye but the file's name "${basename(text)}" the other: find out which is true`,
    );
  }
  const field = cell('field');
  return {
    path: await pathOf(folder, text),
    laterality,
    field: field === '' ? null : (fieldOf(field) ?? 'other'),
    exam: {
      program: parseIdentifier('program', named),
      patient: idOf('patient', cell('patient')),
      exam: idOf('exam', cell('exam')),
    },
  };
}

/**
 * Plans the upload of a manifest: a table with the columns program, patient, exam, laterality, path and perhaps field, in
 * any order. Paths are relative to the manifest. A row whose file is missing or no photograph is refused by its line, and
 * the other eye is sent alone.
 *
 * @throws WrongUseError if the file is not such a table
 */
export async function planManifest(manifest: string, options: ManifestOptions = {}): Promise<UploadPlan> {
  const table = await readTable(manifest, options.encoding);
  if ('reason' in table) {
    const refused = [{ path: manifest, reason: table.reason }];
    return { images: [], refused, questions: [], patterns: [] };
  }
  const [header, ...rows] = table.rows;
  const { program, programIfNone } = options;
  const columns = manifestColumns(header?.cells ?? [], manifest, (program ?? programIfNone) !== undefined);
  const images: FoundImage[] = [];
  const refused: RefusedItem[] = [];
  const limit = pLimit(OPEN_AT_ONCE);
  const read = async ({ line, cells }: TableRow): Promise<FoundImage | RefusedItem> => {
    const cell: Cell = (column) => cells[columns.get(column) ?? -1] ?? '';
    try {
      const row = await imageOf(cell, dirname(manifest), program, programIfNone);
      const look = await lookAtFile(row.path);
      if (!('reason' in look)) return { ...row, file: look };
      return { path: row.path, reason: `${basename(manifest)} line ${line}: ${look.reason}` };
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return { path: `${manifest}:${line}`, reason: error.message };
    }
  };
  for (const row of await Promise.all(rows.map((each) => limit(() => read(each))))) {
    if ('reason' in row) refused.push(row);
    else images.push(row);
  }
  const days = images.map(({ exam }) => parseDay(exam.exam)?.iso ?? null);
  return finishPlan({ images, days, refused, doubts: nameDoubts(images), patterns: [] });
}
