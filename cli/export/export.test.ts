import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliError, WrongUseError } from '../errors.ts';
import { RESULT_COLUMNS, type RowKind } from '../results/result-columns.ts';
import { resultRows } from '../results/result-rows.ts';
import { EXPORT_FORMATS, type ExportFormat } from './encoder.ts';
import { ExportFile } from './export-file.ts';
import { type ExportSummary, exportResults } from './export-results.ts';
import { resultLine, resultPages } from './testing/result-lines.ts';

const EXAMS = 230;
const LINES = Array.from({ length: EXAMS }, (_, index) => resultLine(index));
const ROWS = LINES.flatMap((line) => resultRows('finding', line));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retclip-export-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Run {
  readonly request?: string;
  readonly restart?: boolean;
  /** Pages after which the connection is gone for good. */
  readonly pages?: number;
  readonly batchExams?: number;
  readonly rows?: RowKind;
}

async function run(name: string, format: ExportFormat, options: Run = {}): Promise<ExportSummary> {
  const {
    request = format,
    restart = false,
    pages = Number.POSITIVE_INFINITY,
    batchExams = 50,
    rows = 'finding',
  } = options;
  const target = await ExportFile.open(name, request, restart);
  const page = resultPages(EXAMS, 10);
  let read = 0;
  try {
    return await exportResults({
      format,
      rows,
      dialect: 'plain',
      target,
      batchExams,
      page: (cursor) => {
        if (read++ >= pages) throw new Error('gone');
        return page(cursor);
      },
    });
  } finally {
    await target.close();
  }
}

describe.each(EXPORT_FORMATS)('an export as %s', (format) => {
  const name = () => join(folder, `whole.${format}`);

  it('counts what it wrote and leaves nothing beside the file', async () => {
    const summary = await run(name(), format);
    const { length } = await readFile(name());
    const rows = format === 'fhir' ? EXAMS : ROWS.length;
    expect(summary).toEqual({ exams: EXAMS, rows, bytes: length, resumedAt: 0 });
    expect((await readdir(folder)).filter((file) => file.startsWith(`whole.${format}.`))).toEqual([]);
  });

  it('interrupted anywhere, any number of times, is the same file in the end', async () => {
    const whole = await readFile(name());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 20 }), { maxLength: 5 }), async (stops) => {
        const torn = join(folder, `torn.${format}`);
        for (const pages of stops) {
          const ended = await run(torn, format, { pages }).catch((error: Error) => error.message);
          if (typeof ended !== 'string') break;
          // What was written behind the checkpoint when the power went.
          if (pages % 2 === 0) await writeFile(`${torn}.part`, 'torn', { flag: 'a' });
        }
        await run(torn, format);
        expect((await readFile(torn)).equals(whole)).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  it('of nothing is a sound file of nothing', async () => {
    const empty = join(folder, `empty.${format}`);
    const target = await ExportFile.open(empty, format, false);
    const page = async () => ({ items: [] });
    const summary = await exportResults({ format, rows: 'finding', dialect: 'plain', target, page });
    expect(summary).toMatchObject({ exams: 0, rows: 0 });
    if (format === 'parquet') expect(await countOf(empty)).toBe(0);
    if (format === 'csv') expect(parse(await readFile(empty))).toHaveLength(1);
  });

  it('leaves an older file in place until the new one is whole', async () => {
    const older = join(folder, `older.${format}`);
    await writeFile(older, 'of last week');
    await expect(run(older, format, { pages: 12 })).rejects.toThrow('gone');
    expect(await readFile(older, 'utf8')).toBe('of last week');
    await run(older, format);
    expect((await readFile(older)).equals(await readFile(name()))).toBe(true);
  });
});

async function countOf(file: string): Promise<number> {
  const [row] = await query(`SELECT count(*)::INTEGER AS n FROM read_parquet('${file}')`);
  return Number(row?.n);
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

describe('a Parquet file', () => {
  it('is read by DuckDB with every value and type', async () => {
    const file = join(folder, 'whole.parquet');
    const types = await query(`DESCRIBE SELECT * FROM read_parquet('${file}')`);
    const names = {
      text: 'VARCHAR',
      instant: 'TIMESTAMP WITH TIME ZONE',
      number: 'DOUBLE',
      boolean: 'BOOLEAN',
    };
    expect(types.map(({ column_name, column_type }) => [column_name, column_type])).toEqual(
      RESULT_COLUMNS.finding.map(({ name, type }) => [name, names[type]]),
    );
    const rows = await query(`SELECT * FROM read_parquet('${file}')`);
    expect(rows).toEqual(ROWS.map((row) => ({ ...row, screened_at: new Date(String(row.screened_at)) })));
  });

  it('is counted by DuckDB from its own row groups', async () => {
    const [row] = await query(
      `SELECT count(DISTINCT row_group_id)::INTEGER AS groups FROM parquet_metadata('${join(folder, 'whole.parquet')}')`,
    );
    expect(row?.groups).toBe(5);
  });
});

describe('an export with a row for each exam', () => {
  it('as Parquet is read by DuckDB with what was positive in each', async () => {
    const file = join(folder, 'exams.parquet');
    expect(await run(file, 'parquet', { rows: 'exam' })).toMatchObject({ exams: EXAMS, rows: EXAMS });
    const rows = await query(
      `SELECT patient, epoch_ms(screened_at) AS at, positive_findings FROM read_parquet('${file}') LIMIT 1 OFFSET 16`,
    );
    // The 17th's probabilities are 0.496, 0.513 and 0.530, against 0.5.
    expect(rows).toEqual([
      {
        patient: 'P000016',
        at: BigInt(Date.UTC(2026, 4, 1, 0, 0, 16)),
        positive_findings: 'left:glaucoma patient:hypertension',
      },
    ]);
  });

  it('as CSV is read by DuckDB under the same names', async () => {
    const file = join(folder, 'exams.csv');
    expect(await run(file, 'csv', { rows: 'exam' })).toMatchObject({ rows: EXAMS });
    const [row] = await query(
      `SELECT count(*)::INTEGER AS n, count(DISTINCT patient)::INTEGER AS patients, count(left_reason)::INTEGER AS ungradable FROM read_csv('${file}', all_varchar = true)`,
    );
    // Every seventh exam, from the fourth on, has a left eye out of focus: 3, 10, …, 227.
    expect(row).toEqual({ n: EXAMS, patients: EXAMS, ungradable: 33 });
  });
});

describe('a CSV file', () => {
  it('has one row a finding, under stable columns', async () => {
    const rows = parse(await readFile(join(folder, 'whole.csv')), { columns: true });
    const text = (value: unknown) => (value === null ? '' : String(value));
    expect(rows).toEqual(
      ROWS.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, text(value)]))),
    );
  });
});

describe('an interrupted export', () => {
  const torn = () => join(folder, 'other.csv');

  it('is not gone on with by another one', async () => {
    await expect(run(torn(), 'csv', { pages: 12 })).rejects.toThrow('gone');
    await expect(run(torn(), 'fhir')).rejects.toThrow(WrongUseError);
    expect(await run(torn(), 'csv')).toMatchObject({ exams: EXAMS, resumedAt: expect.any(Number) });
  });

  it('starts over on request', async () => {
    await expect(run(torn(), 'csv', { pages: 12 })).rejects.toThrow('gone');
    expect(await run(torn(), 'fhir', { restart: true })).toMatchObject({ exams: EXAMS, resumedAt: 0 });
  });

  it.each([
    ['whose checkpoint is damaged', () => writeFile(`${torn()}.checkpoint`, 'x')],
    ['whose part was cut', () => truncate(`${torn()}.part`, 10)],
  ])('%s is refused, and says what to do', async (_, damage) => {
    await expect(run(torn(), 'csv', { pages: 12, restart: true })).rejects.toThrow('gone');
    await damage();
    await expect(run(torn(), 'csv')).rejects.toThrow(CliError);
    await expect(run(torn(), 'csv')).rejects.toThrow('--restart');
  });
});
