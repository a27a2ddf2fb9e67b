import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { z } from 'zod';
import { reasonOf } from '../../core/errors.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import { parseLaterality } from '../../core/exams/read-laterality.ts';
import { CohortError } from '../errors.ts';
import { type LabelColumns, type LabelOptions, labelColumns } from './label-columns.ts';
import { labelName, labelNames } from './label-name.ts';

/** Of a label: it is there, it is not, it is unknown. */
export const POSITIVE = 1;
export const NEGATIVE = 0;
export const UNKNOWN = -1;

/** One row of a labels file. */
export interface LabelRow {
  readonly line: number;
  readonly patient: string;
  /** `null`: every exam of the patient. */
  readonly exam: string | null;
  /** `null`: the exam as a whole. */
  readonly eye: Laterality | null;
  /** What must not be torn apart into two folds: the patient, unless the file has a column `group`. */
  readonly group: string;
  /** Part of the cohort that the file puts it into. */
  readonly split: string | null;
  /** Of each label {@link POSITIVE}, {@link NEGATIVE} or {@link UNKNOWN}; of classes one number, the class's place or {@link UNKNOWN}. */
  readonly values: Int8Array | Int16Array;
  readonly attributes: Readonly<Record<string, string>>;
}

/** A file of labels. */
export interface LabelTable {
  readonly path: string;
  readonly kind: 'labels' | 'classes';
  /** Labels, or classes in rising order, as heads spell them. */
  readonly names: readonly string[];
  /** Of classes: whether they rise, by being numbers or by an order that was given. */
  readonly graded: boolean;
  /** Whether rows name eyes. */
  readonly byEye: boolean;
  readonly rows: readonly LabelRow[];
}

const recordSchema = z.object({
  info: z.object({ lines: z.number() }),
  record: z.array(z.string()),
});

function value(text: string, label: string, place: string): number {
  if (text === '') return UNKNOWN;
  if (text === '0' || text === '0.0') return NEGATIVE;
  if (text === '1' || text === '1.0') return POSITIVE;
  throw new CohortError(
    `${place}: label "${label}" is ${JSON.stringify(text)}. Write 1, 0, or nothing if it is unknown; name columns that are no labels with --attributes, or the labels with --only.`,
  );
}

function eyeOf(text: string, place: string): Laterality | null {
  if (text === '') return null;
  const eye = parseLaterality(text);
  if (eye !== null) return eye;
  throw new CohortError(
    `${place}: expected left or right (L/R, OS/OD) as eye but received ${JSON.stringify(text)}.`,
  );
}

interface RawRow extends Omit<LabelRow, 'values'> {
  readonly values: Int8Array;
  readonly classText: string;
}

function rowOf(record: readonly string[], columns: LabelColumns, line: number, path: string): RawRow {
  const place = `"${path}", line ${line}`;
  const at = (column: number): string => (column === -1 ? '' : (record[column] ?? ''));
  const patient = at(columns.patient).normalize('NFC');
  if (patient === '') throw new CohortError(`${place}: the patient is empty.`);
  const values = columns.labels.map(({ text, column }) => value(at(column), text, place));
  const classText = at(columns.classes);
  if (/^nan$/i.test(classText)) {
    throw new CohortError(`${place}: the class is ${classText}. Write nothing if it is unknown.`);
  }
  return {
    line,
    patient,
    exam: at(columns.exam).normalize('NFC') || null,
    eye: eyeOf(at(columns.eye), place),
    group: at(columns.group) || patient,
    split: at(columns.split) || null,
    values: Int8Array.from(values),
    classText,
    attributes: Object.fromEntries(columns.attributes.map(({ name, column }) => [name, at(column)])),
  };
}

/** Numbers by size, other texts by their letters. */
function sortedClasses(found: ReadonlySet<string>): string[] {
  const texts = [...found];
  return texts.every((text) => Number.isFinite(Number(text)))
    ? texts.sort((a, b) => Number(a) - Number(b))
    : texts.sort();
}

/** @returns names of classes; a class that is a number is named with its column */
function classNames(texts: readonly string[], column: string): string[] {
  return labelNames(texts.map((text) => (/^\d+$/.test(text) ? `${labelName(column)}-${text}` : text)));
}

function withClasses(
  rows: readonly RawRow[],
  path: string,
  options: LabelOptions,
): Pick<LabelTable, 'names' | 'rows' | 'graded'> {
  const found = new Set(rows.map(({ classText }) => classText).filter((text) => text !== ''));
  const texts = options.classOrder ?? sortedClasses(found);
  const places = new Map(texts.map((text, index) => [text, index]));
  return {
    graded: options.classOrder !== undefined || texts.every((text) => Number.isFinite(Number(text))),
    names: classNames(texts, options.classes ?? ''),
    rows: rows.map(({ classText, ...row }) => {
      const place = classText === '' ? UNKNOWN : places.get(classText);
      if (place === undefined) {
        throw new CohortError(
          `"${path}", line ${row.line}: class ${JSON.stringify(classText)} is none of ${texts.join(', ')}.`,
        );
      }
      return { ...row, values: Int16Array.of(place) };
    }),
  };
}

/** @throws CohortError naming groups that stand in two splits: what is learned from one would be judged by itself */
function refuseTornGroups(rows: readonly LabelRow[], path: string): void {
  const splits = new Map<string, string | null>();
  const torn = new Set<string>();
  for (const { group, split } of rows) {
    const known = splits.get(group);
    if (known !== undefined && known !== split) torn.add(group);
    splits.set(group, split);
  }
  if (torn.size === 0) return;
  const named = [...torn].slice(0, 5).join(', ');
  throw new CohortError(
    `Labels "${path}" have ${torn.size} patients in two splits (${named}${torn.size > 5 ? ', …' : ''}): what is learned from a patient must not be judged by the same. Keep each in one.`,
  );
}

/** @throws CohortError naming two lines that speak of the same */
function refuseRepeats(rows: readonly LabelRow[], path: string): void {
  const lines = new Map<string, number>();
  for (const { line, patient, exam, eye } of rows) {
    const name = JSON.stringify([patient, exam, eye]);
    const first = lines.get(name);
    if (first !== undefined) {
      const what = [`patient ${patient}`, exam && `exam ${exam}`, eye && `${eye} eye`]
        .filter(Boolean)
        .join(', ');
      throw new CohortError(
        `Labels "${path}" have ${what} twice, in lines ${first} and ${line}. Keep one of them.`,
      );
    }
    lines.set(name, line);
  }
}

/**
 * Reads a labels file: CSV with the column `patient`, if need be `exam` and `eye`, and a column of 0, 1 or nothing
 * (unknown) for each label, or one column of classes. `group` holds together what must not be torn into two folds,
 * `split` names the part that a row belongs to.
 *
 * @throws CohortError naming line and column
 * @example await readLabels('labels.csv', { classes: 'grade' })
 */
export async function readLabels(path: string, options: LabelOptions = {}): Promise<LabelTable> {
  const parser = parse({ bom: true, info: true, trim: true, skip_empty_lines: true });
  const source = createReadStream(path);
  source.on('error', (error) => parser.destroy(error));
  let columns: LabelColumns | undefined;
  let classColumn = '';
  const raw: RawRow[] = [];
  try {
    for await (const entry of source.pipe(parser)) {
      const { info, record } = recordSchema.parse(entry);
      if (columns === undefined) {
        columns = labelColumns(record, path, options);
        classColumn = columns.classes === -1 ? '' : (record[columns.classes] ?? '');
      } else raw.push(rowOf(record, columns, info.lines, path));
    }
  } catch (error) {
    if (error instanceof CohortError) throw error;
    throw new CohortError(`Labels "${path}" cannot be read as CSV: ${reasonOf(error)}`, { cause: error });
  }
  if (columns === undefined || raw.length === 0) throw new CohortError(`Labels "${path}" are empty.`);
  const shape = { path, byEye: raw.some(({ eye }) => eye !== null) };
  const table: LabelTable =
    columns.classes === -1
      ? { ...shape, kind: 'labels', graded: false, names: columns.labels.map(({ name }) => name), rows: raw }
      : { ...shape, kind: 'classes', ...withClasses(raw, path, { ...options, classes: classColumn }) };
  refuseRepeats(table.rows, path);
  refuseTornGroups(table.rows, path);
  return table;
}
