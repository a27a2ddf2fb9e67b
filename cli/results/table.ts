import Table from 'cli-table3';
import pc from 'picocolors';
import type { Finding } from '../../core/exams/finding.ts';
import type { Outcome } from '../../core/exams/outcome.ts';
import { UNGRADABLE_ADVICE } from '../../core/exams/quality.ts';
import type { ResultLine } from '../../core/exams/result-line.ts';

const OUTCOME_COLOURS: Readonly<Record<Outcome, (text: string) => string>> = {
  recall: pc.green,
  'not-assessed': pc.magenta,
  ungradable: pc.yellow,
  refer: pc.red,
  'refer-urgent': (text) => pc.bold(pc.red(text)),
};

type Eye = ResultLine['eyes']['left'];

function eyeText(eye: Eye): string {
  if (eye === null) return pc.dim('no photograph');
  if (!eye.gradable) return pc.yellow(eye.reason ?? 'ungradable');
  const { laterality } = eye;
  return laterality?.suspect
    ? `gradable\n${pc.yellow(`looks like a ${laterality.detected} eye`)}`
    : 'gradable';
}

/** The positive findings, most probable first; the most probable negative one where there is none. */
function findingsText(findings: readonly Finding[]): string {
  const sorted = [...findings].sort((a, b) => b.probability - a.probability);
  const positive = sorted.filter((finding) => finding.positive);
  const text = (finding: Finding): string => {
    const eye = finding.level === 'patient' ? '' : ` (${finding.level})`;
    return `${finding.label} ${finding.probability.toFixed(2)}${eye}`;
  };
  if (positive.length > 0) return positive.map(text).join('\n');
  return sorted[0] === undefined ? pc.dim('none') : pc.dim(`none; highest ${text(sorted[0])}`);
}

/** A further column. */
export interface Column {
  readonly title: string;
  readonly text: (line: ResultLine) => string;
}

/** Results as a table for a terminal, in colour where the terminal has it. */
export function resultsTable(lines: readonly ResultLine[], further?: Column): string {
  const table = new Table({
    head: [
      'patient',
      'exam',
      'outcome',
      'left eye',
      'right eye',
      'findings',
      ...(further ? [further.title] : []),
    ],
    style: pc.isColorSupported
      ? { head: ['bold'], border: ['dim'], compact: true }
      : { head: [], border: [], compact: true },
  });
  for (const line of lines) {
    table.push([
      line.patient,
      line.exam,
      OUTCOME_COLOURS[line.outcome](line.outcome),
      eyeText(line.eyes.left),
      eyeText(line.eyes.right),
      findingsText(line.findings),
      ...(further ? [further.text(line)] : []),
    ]);
  }
  return table.toString();
}

/** What the reader must know below a table: the standing of these results, and what to do about ungradable eyes. */
export function resultsNotice(lines: readonly ResultLine[]): string {
  const eyes = lines.flatMap((line) => [line.eyes.left, line.eyes.right]);
  const reasons = new Set(eyes.flatMap((eye) => eye?.reason ?? []));
  const advice = [...reasons].sort().map((reason) => `  ${pc.yellow(reason)}: ${UNGRADABLE_ADVICE[reason]}`);
  const suspect = lines.some((line) => line.flags.includes('laterality-suspect'));
  const untrained = lines.some((line) => line.flags.includes('untrained-model'));
  return [
    ...advice,
    ...(suspect
      ? [
          `  ${pc.yellow('looks like the other eye')}: check whether left and right were swapped, and upload again`,
        ]
      : []),
    ...(untrained
      ? [pc.yellow('The model is UNTRAINED: its findings mean nothing and only show how the system works.')]
      : []),
    'Research use only: not for diagnosis.',
  ].join('\n');
}
