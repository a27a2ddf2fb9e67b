import { stringify } from 'csv-stringify/sync';
import type { ResultLine } from '../../core/exams/result-line.ts';
import type { ExportEncoder } from './encoder.ts';
import { FINDING_COLUMNS, findingRows } from './finding-row.ts';

const COLUMNS = FINDING_COLUMNS.map(({ name }) => name);

/** A table of findings as CSV. Cells that a spreadsheet would run as a formula are kept text. @see RFC 4180 */
export class CsvEncoder implements ExportEncoder {
  #begun: boolean;

  constructor(state?: unknown) {
    this.#begun = state !== undefined;
  }

  encode(lines: readonly ResultLine[]): Uint8Array {
    const text = stringify(lines.flatMap(findingRows), {
      columns: COLUMNS,
      header: !this.#begun,
      escape_formulas: true,
      cast: { boolean: String },
      record_delimiter: 'windows',
    });
    this.#begun = true;
    return Buffer.from(text);
  }

  finish(): Uint8Array {
    return this.#begun ? new Uint8Array() : this.encode([]);
  }

  state(): unknown {
    return 'begun';
  }
}
