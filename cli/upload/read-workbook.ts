// The library's reader for Node streams: on a damaged workbook it never ends.
import { readSheet } from 'read-excel-file/universal';
import { reasonOf } from '../../core/errors.ts';
import type { Table } from './table.ts';

/** A number beyond is rounded by Excel itself: it keeps 15 digits. */
const LARGEST_EXACT = 1e15;

/** Of all parts, unpacked: a workbook of some hundred thousand rows has fewer. A small file may claim any size. */
const LARGEST_UNPACKED = 256 * 1024 * 1024;
const DIRECTORY_ENTRY = 0x02014b50;

/** What the parts of a workbook take when they are unpacked, by the directory at the file's end. */
function unpackedBytes(file: Buffer): number {
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(DIRECTORY_ENTRY);
  let bytes = 0;
  for (let at = file.indexOf(signature); at >= 0; at = file.indexOf(signature, at + 4))
    if (at + 28 <= file.length) bytes += file.readUInt32LE(at + 24);
  return bytes;
}

/** A cell as it is meant: numbers without exponents, dates as days. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  if (typeof cell === 'number') {
    return Number.isInteger(cell) && Math.abs(cell) < LARGEST_EXACT
      ? cell.toFixed(0)
      : cell.toExponential().replace('e', 'E');
  }
  return String(cell).trim();
}

/**
 * Reads the first sheet of an Excel workbook. Of numbers Excel keeps 15 digits: a longer one comes out with its exponent,
 * and is refused as a patient's id later.
 */
export async function readWorkbook(bytes: Uint8Array): Promise<Table> {
  const file = Buffer.from(bytes);
  const unpacked = unpackedBytes(file);
  if (unpacked > LARGEST_UNPACKED) {
    return {
      reason: `the workbook would take ${unpacked} bytes unpacked, more than the ${LARGEST_UNPACKED} that are read: save the sheet as "CSV UTF-8"`,
    };
  }
  try {
    const content = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
    const rows = await readSheet(content, 1);
    const lines = rows.map((row, index) => ({ line: index + 1, cells: row.map(cellText) }));
    return { rows: lines.filter(({ cells }) => cells.some((cell) => cell !== '')) };
  } catch (error) {
    const why = reasonOf(error);
    return { reason: `the workbook cannot be read (${why}): save the sheet as "CSV UTF-8"` };
  }
}
