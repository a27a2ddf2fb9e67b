import type { Finding } from '../../core/exams/finding.ts';
import { disagreeingImages } from '../../core/policies/judge-findings.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { whyText } from './why.ts';

/** `text` is UTF-8, `instant` a UTC time stamp, `number` a double. */
export type ColumnType = 'text' | 'instant' | 'number' | 'boolean';

/** `null` where a column has no value. */
export type Cell = string | number | boolean | null;

/** A column of a table of results: its published name, and its value for an exam or for one of its findings. */
export interface ResultColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** @param finding `null` in a row that is about the whole exam */
  readonly value: (line: ResultLine, finding: Finding | null) => Cell;
  /** Whether people chose the text: a pseudonym may look like a number or a date. */
  readonly chosen?: boolean;
}

const words = (texts: readonly string[]) => texts.join(' ');

/** What was told of each exam from the beginning, in its order. */
const EXAM: readonly ResultColumn[] = [
  { name: 'program', type: 'text', value: (line) => line.program, chosen: true },
  { name: 'patient', type: 'text', value: (line) => line.patient, chosen: true },
  { name: 'exam', type: 'text', value: (line) => line.exam, chosen: true },
  { name: 'screened_at', type: 'instant', value: (line) => line.screenedAt },
  { name: 'outcome', type: 'text', value: (line) => line.outcome },
  { name: 'model', type: 'text', value: (line) => line.model },
  { name: 'heads', type: 'text', value: (line) => words(line.heads) },
  { name: 'flags', type: 'text', value: (line) => words(line.flags) },
  { name: 'left_image', type: 'text', value: ({ eyes }) => eyes.left?.image ?? null },
  { name: 'left_gradable', type: 'boolean', value: ({ eyes }) => eyes.left?.gradable ?? null },
  { name: 'left_reason', type: 'text', value: ({ eyes }) => eyes.left?.reason ?? null },
  { name: 'right_image', type: 'text', value: ({ eyes }) => eyes.right?.image ?? null },
  { name: 'right_gradable', type: 'boolean', value: ({ eyes }) => eyes.right?.gradable ?? null },
  { name: 'right_reason', type: 'text', value: ({ eyes }) => eyes.right?.reason ?? null },
];

const FINDING: readonly ResultColumn[] = [
  { name: 'level', type: 'text', value: (_, finding) => finding?.level ?? null },
  { name: 'head', type: 'text', value: (_, finding) => finding?.head ?? null, chosen: true },
  { name: 'label', type: 'text', value: (_, finding) => finding?.label ?? null, chosen: true },
  { name: 'probability', type: 'number', value: (_, finding) => finding?.probability ?? null },
  { name: 'threshold', type: 'number', value: (_, finding) => finding?.threshold ?? null },
  { name: 'positive', type: 'boolean', value: (_, finding) => finding?.positive ?? null },
];

const READING: readonly ResultColumn[] = [
  { name: 'reviewed_outcome', type: 'text', value: ({ review }) => review?.outcome ?? null },
  { name: 'review_status', type: 'text', value: ({ review }) => review?.status ?? null },
];

/** What was added later. */
const ADDED: readonly ResultColumn[] = [
  { name: 'final_outcome', type: 'text', value: ({ final }) => final.outcome },
  { name: 'decided_by', type: 'text', value: ({ final }) => final.decidedBy },
  { name: 'left_detected', type: 'text', value: ({ eyes }) => eyes.left?.laterality?.detected ?? null },
  { name: 'right_detected', type: 'text', value: ({ eyes }) => eyes.right?.laterality?.detected ?? null },
  { name: 'why', type: 'text', value: whyText },
];

const FINDING_IMAGE: ResultColumn = {
  name: 'image',
  type: 'text',
  value: (_, finding) => finding?.image ?? null,
};

const POSITIVE_FINDINGS: ResultColumn = {
  name: 'positive_findings',
  type: 'text',
  value: ({ findings }) =>
    words(findings.filter(({ positive }) => positive).map(({ level, label }) => `${level}:${label}`)),
};

/** Findings of an exam's row are all of its findings. */
const toldOf = (line: ResultLine, finding: Finding | null) => (finding === null ? line.findings : [finding]);

/** What several images of an eye leave open. `calibrated`: whether thresholds and probabilities were measured for them. */
const SEVERAL_IMAGES: readonly ResultColumn[] = [
  {
    name: 'calibrated',
    type: 'boolean',
    value(line, finding) {
      const told = toldOf(line, finding);
      return told.length === 0 ? null : told.every(({ calibrated }) => calibrated !== false);
    },
  },
  {
    name: 'disagreeing_images',
    type: 'text',
    value: (line, finding) => words([...new Set(toldOf(line, finding).flatMap(disagreeingImages))]),
  },
];

/** What a table of results has a row of. */
export const ROW_KINDS = ['finding', 'exam'] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/**
 * Columns of each kind of table, in their order: a published form, and one dialect of names for all. Columns are added at
 * the end, never taken away or renamed.
 */
export const RESULT_COLUMNS: Readonly<Record<RowKind, readonly ResultColumn[]>> = {
  finding: [...EXAM, ...FINDING, ...READING, ...ADDED, FINDING_IMAGE, ...SEVERAL_IMAGES],
  exam: [...EXAM, ...READING, ...ADDED, POSITIVE_FINDINGS, ...SEVERAL_IMAGES],
};
