import type { ResultLine } from '../../core/reviews/result-line.ts';
import { type CsvDialect, csvHeader, csvLines } from '../results/csv.ts';
import type { RowKind } from '../results/result-columns.ts';
import type { ExportEncoder } from './encoder.ts';

/** A table of results as CSV. */
export class CsvEncoder implements ExportEncoder {
  readonly #rows: RowKind;
  readonly #dialect: CsvDialect;
  #begun: boolean;

  constructor(rows: RowKind, dialect: CsvDialect, state?: unknown) {
    this.#rows = rows;
    this.#dialect = dialect;
    this.#begun = state !== undefined;
  }

  encode(lines: readonly ResultLine[]): Uint8Array {
    const header = this.#begun ? '' : csvHeader(this.#rows, this.#dialect);
    this.#begun = true;
    return Buffer.from(header + csvLines(this.#rows, this.#dialect, lines));
  }

  finish(): Uint8Array {
    return this.#begun ? new Uint8Array() : this.encode([]);
  }

  state(): unknown {
    return 'begun';
  }
}
