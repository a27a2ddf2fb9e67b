import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { type ColumnType, RESULT_COLUMNS, type RowKind } from '../results/result-columns.ts';
import { type ResultRow, resultRows } from '../results/result-rows.ts';
import type { ExportEncoder } from './encoder.ts';

type Element = Omit<ParquetWriter['schema'][number], 'name'>;

/** @see https://github.com/apache/parquet-format/blob/master/LogicalTypes.md */
const ELEMENTS: Readonly<Record<ColumnType, Element>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    // Without it readers take the time for the local one of wherever they are.
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  number: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
};

/** What a later encoder needs: the directory of the row groups that are written. */
interface ParquetState {
  readonly offset: number;
  readonly rows: bigint;
  readonly rowGroups: ParquetWriter['row_groups'];
}

function columnData(kind: RowKind, rows: readonly ResultRow[]) {
  return RESULT_COLUMNS[kind].map(({ name, type }) => ({
    name,
    offsetIndex: false,
    data: rows.map((row) => {
      const value = row[name] ?? null;
      return type === 'instant' && typeof value === 'string' ? new Date(value) : value;
    }),
  }));
}

function schemaOf(kind: RowKind): ParquetWriter['schema'] {
  const columns = RESULT_COLUMNS[kind];
  return [
    { name: 'root', num_children: columns.length },
    ...columns.map(({ name, type }) => ({
      name,
      repetition_type: 'OPTIONAL' as const,
      ...ELEMENTS[type],
    })),
  ];
}

/**
 * A table of results as Apache Parquet, one row group a batch, compressed by Snappy.
 *
 * @see https://parquet.apache.org/docs/file-format/
 */
export class ParquetEncoder implements ExportEncoder {
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  readonly #rows: RowKind;

  constructor(rows: RowKind, state?: unknown) {
    this.#rows = rows;
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: schemaOf(rows),
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
    const rows = lines.flatMap((line) => resultRows(this.#rows, line));
    if (rows.length > 0)
      this.#writer.write({ columnData: columnData(this.#rows, rows), rowGroupSize: rows.length });
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
