import { relative } from 'node:path';
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { colours as pc } from '../terminal/colours.ts';
import { examsOf, type PlannedExam } from './plan-upload.ts';
import type { PlannedImage, Question, RefusedItem, UploadPlan } from './planned-image.ts';

/** Photographs listed one by one; of a longer plan the first ones and a count. */
const LISTED = 30;
const LISTED_OF_LONGER = 12;
/** Files of one question named one by one. */
const FILES_OF_QUESTION = 4;

export function plural(count: number, one: string): string {
  return `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;
}

const cut = (text: string, width: number): string => cliTruncate(text, width, { position: 'middle' });
const padded = (text: string, width: number): string =>
  `${cut(text, width)}${' '.repeat(Math.max(0, width - stringWidth(text)))}`;

function wrapped(text: string, indent: string, columns: number): string[] {
  const width = columns - indent.length;
  return wrapAnsi(text, width, { hard: true })
    .split('\n')
    .map((line) => `${indent}${line}`);
}

/** A path as the operator thinks of it: below the folder that was given. */
export function shortPath(path: string, base: string): string {
  const short = relative(base, path);
  return short === '' || short.startsWith('..') ? path : short;
}

function headline({ images, refused, questions }: UploadPlan, exams: readonly PlannedExam[]): string {
  const pairs = exams.filter((exam) => new Set(exam.map(({ laterality }) => laterality)).size === 2).length;
  const single = exams.length - pairs;
  const programs = [...new Set(images.map(({ exam }) => exam.program))];
  const parts = [
    `${plural(images.length, 'photograph')} of ${plural(exams.length, 'exam')}${programs.length > 0 ? ` for ${programs.join(', ')}` : ''}`,
    ...(pairs > 0 ? [plural(pairs, 'pair')] : []),
    ...(single > 0 ? [plural(single, 'single eye')] : []),
    ...(refused.length > 0 ? [pc.yellow(`${refused.length} refused`)] : []),
    ...(questions.length > 0 ? [pc.yellow(plural(questions.length, 'question'))] : []),
  ];
  return `Plan: ${parts.join(' · ')}`;
}

/** Numbers of the questions that a photograph is in: `?1,3`. */
function marks(questions: readonly Question[]): ReadonlyMap<string, string> {
  const numbers = new Map<string, number[]>();
  questions.forEach(({ paths }, index) => {
    for (const path of paths) numbers.set(path, [...(numbers.get(path) ?? []), index + 1]);
  });
  return new Map([...numbers].map(([path, all]) => [path, `?${all.join(',')}`]));
}

function table(exams: readonly PlannedExam[], plan: UploadPlan, base: string, columns: number): string[] {
  const listed: PlannedExam[] = [];
  let count = 0;
  for (const exam of exams) {
    if (plan.images.length > LISTED && count >= LISTED_OF_LONGER) break;
    listed.push(exam);
    count += exam.length;
  }
  const marked = marks(plan.questions);
  const widest = (of: (image: PlannedImage) => string, least: number, most: number): number =>
    Math.min(most, Math.max(least, ...listed.flat().map((image) => stringWidth(of(image)))));
  const widths = {
    patient: widest(({ exam }) => exam.patient, 7, 20),
    exam: widest(({ exam }) => exam.exam, 4, 12),
    field: widest(({ field }) => field ?? '', 0, 6),
    mark: widest(({ path }) => marked.get(path) ?? '', 0, 8),
  };
  const line = (cells: readonly [string, string, string, string, string, string]): string => {
    const [patient, exam, eye, field, mark, path] = cells;
    const before = [
      padded(patient, widths.patient),
      padded(exam, widths.exam),
      padded(eye, 5),
      ...(widths.field > 0 ? [padded(field, widths.field)] : []),
      ...(widths.mark > 0 ? [padded(mark, widths.mark)] : []),
    ].join('  ');
    return `  ${before}  ${cut(path, columns - stringWidth(before) - 4)}`.trimEnd();
  };
  const rows = listed.flatMap((images) => {
    const sorted = images.toSorted((a, b) => (a.laterality < b.laterality ? -1 : 1));
    return sorted.map(({ exam, laterality, field, path }, index) =>
      line([
        index === 0 ? exam.patient : '',
        index === 0 ? exam.exam : '',
        laterality,
        field ?? '',
        marked.get(path) ?? '',
        shortPath(path, base),
      ]),
    );
  });
  const left = exams.length - listed.length;
  const rest =
    left > 0
      ? [`  … and ${plural(left, 'more exam')} (${plural(plan.images.length - count, 'photograph')})`]
      : [];
  return rows.length === 0
    ? []
    : ['', pc.dim(line(['Patient', 'Exam', 'Eye', 'Field', '', 'File'])), ...rows, ...rest];
}

/** Every refused file, by its name, with the reason. */
export function refusedLines(refused: readonly RefusedItem[], base: string, columns: number): string[] {
  return [...Map.groupBy(refused, ({ reason }) => reason)].flatMap(([reason, same]) => [
    ...same.map(({ path }) => `  ${pc.yellow('refused')}  ${cut(shortPath(path, base), columns - 12)}`),
    ...wrapped(reason, '           ', columns),
  ]);
}

function questionLines(questions: readonly Question[], base: string, columns: number): string[] {
  return questions.flatMap(({ kind, text, paths }, index) => {
    const files = paths
      .slice(0, FILES_OF_QUESTION)
      .map((path) => `     ${cut(shortPath(path, base), columns - 6)}`);
    const more = paths.length - files.length;
    return [
      ...wrapped(`${pc.yellow(`?${index + 1}`)} ${pc.bold(kind)}: ${text}`, '  ', columns),
      ...files,
      ...(more > 0 ? [`     … and ${plural(more, 'more photograph')}`] : []),
    ];
  });
}

/**
 * The plan as a person reads it: patients, their exams, eyes and photographs; what is refused, all of it; and every
 * question.
 *
 * @param base folder that paths are shown below
 * @param columns of the terminal; no line is longer
 */
export function planText(plan: UploadPlan, base: string, columns: number): string {
  const exams = examsOf(plan.images);
  const [main, ...others] = plan.patterns;
  const ways = others.length === 0 ? '' : `, others as ${others.join(' or ')}`;
  return [
    ...wrapped(headline(plan, exams), '', columns),
    ...(main === undefined ? [] : wrapped(`Names are read as ${main}${ways}`, '', columns)),
    ...table(exams, plan, base, columns),
    ...(plan.refused.length > 0 ? ['', ...refusedLines(plan.refused, base, columns)] : []),
    ...(plan.questions.length > 0 ? ['', ...questionLines(plan.questions, base, columns)] : []),
  ].join('\n');
}
