import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { reasonOf } from '../../../core/errors.ts';
import { BenchmarkError } from '../errors.ts';

const recordsSchema = z.array(z.record(z.string(), z.string()));

/** A published label file: CSV with a header. */
export interface LabelFile {
  readonly path: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** @throws BenchmarkError if it is not a CSV with a header, or is empty */
export async function readLabelFile(path: string): Promise<LabelFile> {
  try {
    const options = { bom: true, columns: true, trim: true, skip_empty_lines: true };
    const rows = recordsSchema.parse(parse(await readFile(path, 'utf8'), options));
    const columns = Object.keys(rows[0] ?? {});
    if (rows.length > 0) return { path, columns, rows };
  } catch (error) {
    throw new BenchmarkError(`Label file "${path}" cannot be read as CSV: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  throw new BenchmarkError(`Label file "${path}" has no rows.`);
}

/** @throws BenchmarkError naming the columns that are missing */
export function needColumns(file: LabelFile, columns: readonly string[]): void {
  const missing = columns.filter((column) => !file.columns.includes(column));
  if (missing.length > 0) {
    throw new BenchmarkError(
      `Label file "${file.path}" lacks the column ${missing.map((name) => `"${name}"`).join(', ')}; it has ${file.columns.join(', ')}.`,
    );
  }
}

/** Reads a cell of 0 or 1. */
export function binaryCell(text: string | undefined, column: string, place: string): number {
  if (text === '0' || text === '0.0') return 0;
  if (text === '1' || text === '1.0') return 1;
  throw new BenchmarkError(`${place}: "${column}" is ${JSON.stringify(text ?? '')} instead of 0 or 1.`);
}
