import type { ResultLine } from '../../core/reviews/result-line.ts';
import type { CsvDialect } from '../results/csv.ts';
import type { RowKind } from '../results/result-columns.ts';

/** What each file has. */
export interface ExportShape {
  readonly format: ExportFormat;
  /** What a table has a row of; of no meaning to FHIR. */
  readonly rows: RowKind;
  readonly dialect: CsvDialect;
}

/** Formats that results can be exported in. */
export const EXPORT_FORMATS = ['csv', 'parquet', 'fhir'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/**
 * Writes results in one format, batch by batch. Between two batches it holds nothing but its state, so that another
 * process can go on with the file where this one stopped.
 */
export interface ExportEncoder {
  /** @returns the bytes that a batch of exams adds to the file, those of its beginning before the first */
  encode(lines: readonly ResultLine[]): Uint8Array;
  /** @returns the bytes that end the file */
  finish(): Uint8Array;
  /** What a later encoder is to be made with to go on from here: plain data. */
  state(): unknown;
}
