import { readSheet } from 'read-excel-file/node';
import type { Table } from './read-table.ts';

/** A number beyond is rounded by Excel itself: it keeps 15 digits. */
const LARGEST_EXACT = 1e15;

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
  try {
    const rows = await readSheet(Buffer.from(bytes), 1);
    const lines = rows.map((row, index) => ({ line: index + 1, cells: row.map(cellText) }));
    return { rows: lines.filter(({ cells }) => cells.some((cell) => cell !== '')) };
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    return { reason: `the workbook cannot be read (${why}): save the sheet as "CSV UTF-8"` };
  }
}
