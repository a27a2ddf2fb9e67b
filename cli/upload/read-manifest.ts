import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { InvalidInputError } from '../../core/errors.ts';
import { parseIdentifier } from '../../core/exams/identifier.ts';
import { parseLaterality } from '../../core/exams/laterality.ts';
import { WrongUseError } from '../errors.ts';
import type { PlannedImage, RefusedItem, UploadPlan } from './planned-image.ts';

const REQUIRED_COLUMNS = ['patient', 'exam', 'laterality', 'path'] as const;

const tableSchema = z.array(z.object({ info: z.object({ lines: z.number() }), record: z.array(z.string()) }));

function readTable(text: string, manifest: string): z.infer<typeof tableSchema> {
  try {
    const options = { bom: true, info: true, trim: true, skip_empty_lines: true, relax_column_count: true };
    return tableSchema.parse(parse(text, options));
  } catch (error) {
    throw new WrongUseError(
      `Manifest "${manifest}" is not readable as CSV: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function columnsOf(header: readonly string[], manifest: string, program: string | undefined): string[] {
  const columns = header.map((name) => name.toLowerCase());
  const required = program === undefined ? ['program', ...REQUIRED_COLUMNS] : REQUIRED_COLUMNS;
  const missing = required.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    throw new WrongUseError(
      `Manifest "${manifest}" lacks the column ${missing.map((name) => `"${name}"`).join(' and ')}. Its first line must be: program,patient,exam,laterality,path`,
    );
  }
  return columns;
}

function imageOf(
  row: ReadonlyMap<string, string>,
  folder: string,
  program: string | undefined,
): PlannedImage {
  const named = row.get('program') || program;
  if (named === undefined) throw new InvalidInputError('the program is empty');
  if (program !== undefined && named !== program) {
    throw new InvalidInputError(`the row is for program "${named}" but --program says "${program}"`);
  }
  const spelled = row.get('laterality') ?? '';
  const laterality = parseLaterality(spelled);
  if (laterality === null) {
    throw new InvalidInputError(
      `Expected left or right (L/R, OS/OD) as laterality but received ${JSON.stringify(spelled)}`,
    );
  }
  const path = row.get('path') ?? '';
  if (path === '') throw new InvalidInputError('the path is empty');
  return {
    path: resolve(folder, path),
    laterality,
    exam: {
      program: parseIdentifier('program', named),
      patient: parseIdentifier('patient', row.get('patient') ?? ''),
      exam: parseIdentifier('exam', row.get('exam') ?? ''),
    },
  };
}

/**
 * Plans the upload of a manifest: CSV with the columns program, patient, exam, laterality, path, in any order. Paths
 * are relative to the manifest. With `program` given, the column may be absent.
 *
 * @throws WrongUseError if the file is no such table
 */
export async function readManifest(manifest: string, program?: string): Promise<UploadPlan> {
  const [header, ...rows] = readTable(await readFile(manifest, 'utf8'), manifest);
  const columns = columnsOf(header?.record ?? [], manifest, program);
  const images: PlannedImage[] = [];
  const refused: RefusedItem[] = [];
  for (const { info, record } of rows) {
    const row = new Map(columns.map((name, index) => [name, record[index] ?? '']));
    try {
      images.push(imageOf(row, dirname(manifest), program));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      refused.push({ item: `${manifest}:${info.lines}`, reason: error.message });
    }
  }
  return { images, refused, ignored: 0 };
}
