import { hasDoubtfulField } from '../../core/exams/eye-result.ts';
import { showsMacula } from '../../core/exams/field.ts';
import { UNGRADABLE_ADVICE } from '../../core/exams/quality.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { colours } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';
import { terminalText } from '../terminal/text.ts';
import { findingsTexts, findingText, sortedFindings } from './finding-text.ts';
import { outcomeText } from './outcome-text.ts';
import { NOTHING_ASSESSED } from './why.ts';

type Eye = ResultLine['eyes']['left'];

function eyeText(eye: Eye): string {
  if (eye === null) return colours.dim('no photograph');
  if (!eye.gradable) return colours.yellow(eye.reason ?? 'ungradable');
  const { laterality, images } = eye;
  const isMaculaSeen = images.some(({ gradable, field }) => gradable && showsMacula(field));
  return [
    'gradable',
    ...(images.length > 1 ? [`${images.length} images`] : []),
    ...(isMaculaSeen ? [] : [colours.yellow('no macula')]),
    ...(images.some(hasDoubtfulField) ? [colours.yellow('field doubtful')] : []),
    ...(laterality?.suspect ? [colours.yellow(`looks like a ${laterality.detected} eye`)] : []),
  ].join('\n');
}

/** The positive findings, those that speak against the outcome last; the most probable negative one where there is none. */
function findingsText(line: ResultLine): string {
  const { deciding, against } = sortedFindings(line);
  const texts = [
    ...(line.outcome === 'not-assessed' ? [colours.magenta(NOTHING_ASSESSED)] : []),
    ...findingsTexts(deciding),
    ...findingsTexts(against).map((text) => colours.dim(`although ${text}`)),
  ];
  if (texts.length > 0) return texts.join('\n');
  const [highest] = line.findings.toSorted((a, b) => b.probability - a.probability);
  return colours.dim(highest === undefined ? 'none' : `none; highest ${findingText(highest)}`);
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
    findingsText(line),
    ...(further ? [further.text(line)] : []),
  ]);
  return terminalTable(further ? [...titles, further.title] : titles, rows, {
    foremost: titles.indexOf('findings'),
  });
}

/** What the photographer can do: about ungradable photographs, and about eyes that seem to be swapped. */
function advice(lines: readonly ResultLine[]): string[] {
  const eyes = lines.flatMap((line) => [line.eyes.left, line.eyes.right]);
  const reasons = new Set(eyes.flatMap((eye) => eye?.reason ?? []));
  const isSuspect = lines.some((line) => line.flags.includes('laterality-suspect'));
  return [
    ...[...reasons].sort().map((reason) => `${colours.yellow(reason)}: ${UNGRADABLE_ADVICE[reason]}`),
    ...(isSuspect
      ? [
          `${colours.yellow('looks like the other eye')}: check whether left and right were swapped, and upload again`,
        ]
      : []),
  ];
}

/** What no result of these says. */
function warnings(lines: readonly ResultLine[]): string[] {
  const unassessed = lines.filter(({ outcome }) => outcome === 'not-assessed').length;
  const isUntrained = lines.some((line) => line.flags.includes('untrained-model'));
  const nothing = `In ${unassessed} of ${lines.length} exams ${NOTHING_ASSESSED}: no head of the model could decide. They are neither healthy nor ill. Activate a model with heads that look for disease.`;
  const untrained = 'The model is UNTRAINED: its findings mean nothing and only show how the system works.';
  return [
    ...(unassessed > 0 ? [colours.magenta(nothing)] : []),
    ...(isUntrained ? [colours.yellow(untrained)] : []),
  ];
}

/** What the reader must know below a table: the standing of these results, and what to do about them. */
export function resultsNotice(lines: readonly ResultLine[]): string {
  return [
    ...advice(lines).map((text) => terminalText(`  ${text}`, 4)),
    ...warnings(lines).map((text) => terminalText(text)),
    'Research use only: not for diagnosis.',
  ].join('\n');
}
