import { readFile, rename, writeFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { WrongUseError } from '../errors.ts';
import type { PlannedImage } from './planned-image.ts';
import { pseudonymsOf } from './pseudonymous.ts';

const COLUMNS = ['program', 'patient', 'exam', 'patientPseudonym', 'examPseudonym'] as const;
const rowsSchema = z.array(z.tuple([z.string(), z.string(), z.string(), z.string(), z.string()]));
type Row = z.infer<typeof rowsSchema>[number];

async function readRows(file: string): Promise<Row[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const [header, ...rows] = z.array(z.array(z.string())).parse(parse(text, { relax_column_count: true }));
  const parsed = rowsSchema.safeParse(rows);
  if (header?.join() !== COLUMNS.join() || !parsed.success) {
    throw new WrongUseError(`"${file}" is no table of pseudonyms. Choose another file by --table.`);
  }
  return parsed.data;
}

/**
 * Adds to the operator's table whose pseudonym is whose. It never leaves the operator's machine; its owner alone can
 * read it.
 *
 * @throws WrongUseError if the file is another table, or was made with another key
 */
export async function extendTable(
  file: string,
  images: readonly Pick<PlannedImage, 'exam'>[],
  key: Uint8Array,
): Promise<void> {
  const rows = new Map((await readRows(file)).map((row) => [JSON.stringify(row.slice(0, 3)), row]));
  for (const { exam } of images) {
    const pseudonyms = pseudonymsOf(key, exam);
    const row: Row = [exam.program, exam.patient, exam.exam, pseudonyms.patient, pseudonyms.exam];
    const name = JSON.stringify(row.slice(0, 3));
    const known = rows.get(name);
    if (known !== undefined && known[3] !== row[3]) {
      throw new WrongUseError(
        `"${file}" was made with another key: patients would get second pseudonyms. Give that key, or another --table.`,
      );
    }
    rows.set(name, row);
  }
  const content = stringify([[...COLUMNS], ...rows.values()]);
  const draft = `${file}.${process.pid}.part`;
  await writeFile(draft, content, { mode: 0o600 });
  await rename(draft, file);
}
