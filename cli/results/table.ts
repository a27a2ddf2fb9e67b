import type { Finding } from '../../core/exams/finding.ts';
import type { Outcome } from '../../core/exams/outcome.ts';
import { UNGRADABLE_ADVICE } from '../../core/exams/quality.ts';
import type { ResultLine } from '../../core/exams/result-line.ts';
import { colours } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';
import { finalOf } from './final-outcome.ts';
import { findingText } from './finding-text.ts';

const OUTCOME_COLOURS: Readonly<Record<Outcome, (text: string) => string>> = {
  recall: colours.green,
  'not-assessed': colours.magenta,
  ungradable: colours.yellow,
  refer: colours.red,
  'refer-urgent': (text) => colours.bold(colours.red(text)),
};

type Eye = ResultLine['eyes']['left'];

function eyeText(eye: Eye): string {
  if (eye === null) return colours.dim('no photograph');
  if (!eye.gradable) return colours.yellow(eye.reason ?? 'ungradable');
  const { laterality } = eye;
  return laterality?.suspect
    ? `gradable\n${colours.yellow(`looks like a ${laterality.detected} eye`)}`
    : 'gradable';
}

/** The positive findings, most probable first; the most probable negative one where there is none. */
function findingsText(findings: readonly Finding[]): string {
  const sorted = [...findings].sort((a, b) => b.probability - a.probability);
  const positive = sorted.filter((finding) => finding.positive);
  if (positive.length > 0) return positive.map(findingText).join('\n');
  return sorted[0] === undefined
    ? colours.dim('none')
    : colours.dim(`none; highest ${findingText(sorted[0])}`);
}

/** What holds, and below it what readers changed or have not settled. */
function outcomeText(line: ResultLine): string {
  const { outcome } = finalOf(line);
  const colour = OUTCOME_COLOURS[outcome];
  const remarks = [
    ...(outcome === line.outcome ? [] : [`model: ${line.outcome}`]),
    ...(line.review?.status === 'preliminary' ? [`waits for ${line.review.stage} reading`] : []),
  ];
  return [colour(outcome), ...remarks.map((remark) => colours.dim(remark))].join('\n');
}

/** A further column. */
export interface Column {
  readonly title: string;
  readonly text: (line: ResultLine) => string;
}

/** Results as a table for a terminal, in colour where the terminal has it. */
export function resultsTable(lines: readonly ResultLine[], further?: Column): string {
  const titles = ['patient', 'exam', 'outcome', 'left eye', 'right eye', 'findings'];
  const rows = lines.map((line) => [
    line.patient,
    line.exam,
    outcomeText(line),
    eyeText(line.eyes.left),
    eyeText(line.eyes.right),
    findingsText(line.findings),
    ...(further ? [further.text(line)] : []),
  ]);
  return terminalTable(further ? [...titles, further.title] : titles, rows);
}

/** What the reader must know below a table: the standing of these results, and what to do about ungradable eyes. */
export function resultsNotice(lines: readonly ResultLine[]): string {
  const eyes = lines.flatMap((line) => [line.eyes.left, line.eyes.right]);
  const reasons = new Set(eyes.flatMap((eye) => eye?.reason ?? []));
  const advice = [...reasons]
    .sort()
    .map((reason) => `  ${colours.yellow(reason)}: ${UNGRADABLE_ADVICE[reason]}`);
  const suspect = lines.some((line) => line.flags.includes('laterality-suspect'));
  const untrained = lines.some((line) => line.flags.includes('untrained-model'));
  return [
    ...advice,
    ...(suspect
      ? [
          `  ${colours.yellow('looks like the other eye')}: check whether left and right were swapped, and upload again`,
        ]
      : []),
    ...(untrained
      ? [
          colours.yellow(
            'The model is UNTRAINED: its findings mean nothing and only show how the system works.',
          ),
        ]
      : []),
    'Research use only: not for diagnosis.',
  ].join('\n');
}
