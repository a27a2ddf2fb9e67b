import type { ResultLine } from '../../core/reviews/result-line.ts';
import type { ResultsPage } from '../client.ts';
import { countRows } from '../results/result-rows.ts';
import { CsvEncoder } from './csv-encoder.ts';
import type { ExportEncoder, ExportShape } from './encoder.ts';
import type { ExportTarget } from './export-target.ts';
import { FhirEncoder } from './fhir/fhir-encoder.ts';
import { ParquetEncoder } from './parquet-encoder.ts';

/** Exams that are held in memory and written at once; a row group of Parquet. */
export const BATCH_EXAMS = 2_000;

/** What an export has done. */
export interface ExportSummary {
  readonly exams: number;
  /** Findings, or bundles of FHIR: what the file has lines or rows of. */
  readonly rows: number;
  readonly bytes: number;
  /** Exams that an earlier run had written already. */
  readonly resumedAt: number;
}

export interface ExportOptions extends ExportShape {
  readonly target: ExportTarget;
  /** Reads one page of results, oldest first. */
  readonly page: (cursor: string | undefined) => Promise<ResultsPage>;
  readonly onProgress?: (exams: number) => void;
  readonly signal?: AbortSignal;
  readonly batchExams?: number;
}

function encoderOf({ format, rows, dialect }: ExportShape, state: unknown): ExportEncoder {
  if (format === 'csv') return new CsvEncoder(rows, dialect, state);
  return format === 'parquet' ? new ParquetEncoder(rows, state) : new FhirEncoder();
}

function rowsOf({ format, rows }: ExportShape, lines: readonly ResultLine[]): number {
  return format === 'fhir' ? lines.length : countRows(rows, lines);
}

/**
 * Streams results out, batch by batch, each batch checkpointed: memory does not depend on how many there are.
 *
 * @throws the signal's reason between two batches, when all that was read is kept
 */
export async function exportResults(options: ExportOptions): Promise<ExportSummary> {
  const { target, page, onProgress, signal, batchExams = BATCH_EXAMS } = options;
  const from = target.checkpoint;
  const encoder = encoderOf(options, from?.encoder);
  let { exams, rows } = from ?? { exams: 0, rows: 0 };
  let cursor = from?.cursor ?? undefined;
  let isLast = from?.cursor === null;
  onProgress?.(exams);
  while (!isLast) {
    signal?.throwIfAborted();
    const lines: ResultLine[] = [];
    while (!isLast && lines.length < batchExams && !signal?.aborted) {
      const answer = await page(cursor);
      lines.push(...answer.items);
      cursor = answer.cursor;
      isLast = cursor === undefined;
      onProgress?.(exams + lines.length);
    }
    exams += lines.length;
    rows += rowsOf(options, lines);
    const content = encoder.encode(lines);
    await target.append(content, { exams, rows, cursor: cursor ?? null, encoder: encoder.state() });
  }
  const bytes = await target.finish(encoder.finish());
  return { exams, rows, bytes, resumedAt: from?.exams ?? 0 };
}
