import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { fileTypeFromBuffer } from 'file-type';
import { z } from 'zod';
import { reasonOf } from '../../core/errors.ts';
import { WrongUseError } from '../errors.ts';
import { readText } from './read-text.ts';
import { readWorkbook } from './read-workbook.ts';
import type { Table, TableRow } from './table.ts';

const recordsSchema = z.array(
  z.object({ info: z.object({ lines: z.number() }), record: z.array(z.string()) }),
);
const DELIMITERS = [',', ';', '\t', '|'];

/** Excel writes `sep=;` above the header where it is asked to. */
function withoutSeparatorLine(text: string): { text: string; delimiter: string | null; skipped: number } {
  const found = /^"?sep=(.|\\t)"?[;,\t]*\r?\n/iu.exec(text);
  if (found === null) return { text, delimiter: null, skipped: 0 };
  const delimiter = found[1] === '\\t' ? '\t' : (found[1] ?? ',');
  return { text: text.slice(found[0].length), delimiter, skipped: 1 };
}

/** The sign that parts the header's names: the one that is there most often outside of quotes. */
function delimiterOf(text: string): string {
  const header = (/^[^\r\n]*/.exec(text.trimStart())?.[0] ?? '').replace(/"[^"]*"/g, '');
  const count = (sign: string): number => header.split(sign).length;
  return DELIMITERS.reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

function parsed(whole: string, manifest: string): TableRow[] {
  const { text, delimiter, skipped } = withoutSeparatorLine(whole.replace(/^\uFEFF/, ''));
  try {
    const records = parse(text, {
      bom: true,
      delimiter: delimiter ?? delimiterOf(text),
      info: true,
      trim: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      relax_column_count: true,
    });
    return recordsSchema
      .parse(records)
      .map(({ info, record }) => ({ line: info.lines + skipped, cells: record }));
  } catch (error) {
    throw new WrongUseError(`Manifest "${manifest}" is not readable as CSV: ${reasonOf(error)}`);
  }
}

/**
 * Reads a table as spreadsheets save it: CSV with commas, semicolons, tabs or bars, in UTF-8 or UTF-16, or in an encoding
 * that is named; or the first sheet of an Excel workbook (.xlsx).
 *
 * @returns its rows, the header first; or why it cannot be read and what to do
 * @throws WrongUseError if it is not a table at all
 */
export async function readTable(manifest: string, encoding?: string): Promise<Table> {
  const bytes = await readFile(manifest);
  // UTF-16's mark is how an MP3 begins too.
  const isUtf16 = /^(?:fffe|feff)/.test(bytes.toString('hex', 0, 2));
  const type = isUtf16 ? undefined : await fileTypeFromBuffer(bytes);
  if (type?.ext === 'xlsx' || (type?.ext === 'zip' && /\.xlsx$/iu.test(manifest))) return readWorkbook(bytes);
  if (type?.mime.startsWith('image/')) {
    throw new WrongUseError(`"${manifest}" is a photograph. Give the folder that it lies in, or a manifest.`);
  }
  if (type !== undefined && type.ext !== 'xml') {
    return { reason: `the file is no CSV but ${type.ext.toUpperCase()}: save it as "CSV UTF-8" or as .xlsx` };
  }
  const text = readText(bytes, encoding);
  return 'reason' in text ? text : { rows: parsed(text.text, manifest) };
}
