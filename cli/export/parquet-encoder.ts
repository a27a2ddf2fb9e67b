import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { ResultLine } from '../../core/exams/result-line.ts';
import type { ExportEncoder } from './encoder.ts';
import { FINDING_COLUMNS, type FindingRow, findingRows } from './finding-row.ts';

const TYPES = { text: 'STRING', instant: 'TIMESTAMP', number: 'DOUBLE', boolean: 'BOOLEAN' } as const;

/** What a later encoder needs: the directory of the row groups that are written. */
interface ParquetState {
  readonly offset: number;
  readonly rows: bigint;
  readonly rowGroups: ParquetWriter['row_groups'];
}

function columnData(rows: readonly FindingRow[]) {
  return FINDING_COLUMNS.map(({ name, type }) => ({
    name,
    type: TYPES[type],
    offsetIndex: false,
    data: rows.map((row) => {
      const value = row[name];
      return type === 'instant' && typeof value === 'string' ? new Date(value) : value;
    }),
  }));
}

const SCHEMA = schemaFromColumnData({ columnData: columnData([]) });

/**
 * A table of findings as Apache Parquet, one row group a batch, compressed by Snappy.
 *
 * @see https://parquet.apache.org/docs/file-format/
 */
export class ParquetEncoder implements ExportEncoder {
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;

  constructor(state?: unknown) {
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: SCHEMA,
      createdBy: 'retclip-screening',
      kvMetadata: [{ key: 'notice', value: 'Research use only: no finding is a diagnosis.' }],
    });
    if (state !== undefined) this.#goOn(state as ParquetState);
  }

  #goOn({ offset, rows, rowGroups }: ParquetState): void {
    // The file has its first bytes already.
    this.#take();
    this.#bytes.offset = offset;
    this.#writer.num_rows = rows;
    this.#writer.row_groups = [...rowGroups];
  }

  encode(lines: readonly ResultLine[]): Uint8Array {
    const rows = lines.flatMap(findingRows);
    if (rows.length > 0) this.#writer.write({ columnData: columnData(rows), rowGroupSize: rows.length });
    // Page indexes are not written, so nothing of them needs to be remembered.
    this.#writer.pendingIndexes = [];
    return this.#take();
  }

  finish(): Uint8Array {
    this.#writer.finish();
    return this.#take();
  }

  state(): unknown {
    const state: ParquetState = {
      offset: this.#bytes.offset,
      rows: this.#writer.num_rows,
      rowGroups: this.#writer.row_groups,
    };
    return state;
  }

  /** Takes what is in the buffer; offsets in the file go on counting. */
  #take(): Uint8Array {
    const bytes = Uint8Array.from(new Uint8Array(this.#bytes.buffer, 0, this.#bytes.index));
    this.#bytes.index = 0;
    return bytes;
  }
}
