import { hasDoubtfulField } from '../../core/exams/eye-result.ts';
import { showsMacula } from '../../core/exams/field.ts';
import { LATERALITIES } from '../../core/exams/laterality.ts';
import { shownEye } from '../../core/exams/laterality-check.ts';
import { UNGRADABLE_ADVICE } from '../../core/exams/quality.ts';
import { disagreeingImages } from '../../core/policies/judge-findings.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { colours } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';
import { terminalText } from '../terminal/text.ts';
import { findingsTexts, findingText, NOT_CALIBRATED_MARK, sortedFindings } from './finding-text.ts';
import { outcomeText } from './outcome-text.ts';
import { NOTHING_ASSESSED } from './why.ts';

type Eye = ResultLine['eyes']['left'];

/** File names of the images of an eye that alone speak of what the eye does not, each with the labels that it speaks of. */
function disagreements({ findings }: ResultLine, eye: 'left' | 'right'): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const finding of findings) {
    if (finding.level !== eye) continue;
    for (const key of disagreeingImages(finding)) {
      const name = key.slice(key.lastIndexOf('/') + 1);
      found.set(name, [...(found.get(name) ?? []), finding.label]);
    }
  }
  return found;
}

function eyeText(line: ResultLine, side: 'left' | 'right'): string {
  const eye: Eye = line.eyes[side];
  if (eye === null) return colours.dim('no photograph');
  if (!eye.gradable) return colours.yellow(eye.reason ?? 'ungradable');
  const { laterality, images } = eye;
  const isMaculaSeen = images.some(({ gradable, field }) => gradable && showsMacula(field));
  return [
    'gradable',
    ...(images.length > 1 ? [`${images.length} images`] : []),
    ...(disagreements(line, side).size > 0 ? [colours.yellow('images disagree')] : []),
    ...(isMaculaSeen ? [] : [colours.yellow('no macula')]),
    ...(images.some(hasDoubtfulField) ? [colours.yellow('field doubtful')] : []),
    ...(laterality?.suspect ? [colours.yellow(`looks like a ${shownEye(laterality)} eye`)] : []),
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
    eyeText(line, 'left'),
    eyeText(line, 'right'),
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

/** Exams whose disagreeing images are named; the others say it in their rows. */
const MOST_DISAGREEMENTS = 10;

/** Which images disagree with their eyes, and about what. */
function disagreeing(lines: readonly ResultLine[]): string[] {
  const texts = lines.flatMap((line) =>
    LATERALITIES.flatMap((eye) =>
      [...disagreements(line, eye)].map(
        ([name, labels]) =>
          `${line.patient} ${line.exam}: ${name} alone (${[...new Set(labels)].join(', ')})`,
      ),
    ),
  );
  if (texts.length === 0) return [];
  const more = texts.length - MOST_DISAGREEMENTS;
  return [
    `${colours.yellow('images disagree')}: a photograph alone says what its eye as a whole does not; look at it`,
    ...texts.slice(0, MOST_DISAGREEMENTS).map((text) => `  ${text}`),
    ...(more > 0 ? [`  and ${more} more: retclip results --format csv has them all`] : []),
  ];
}

/** What no result of these says. */
function warnings(lines: readonly ResultLine[]): string[] {
  const unassessed = lines.filter(({ outcome }) => outcome === 'not-assessed').length;
  const isUncalibrated = lines.some(({ findings }) =>
    findings.some(({ calibrated }) => calibrated === false),
  );
  const uncalibrated = `${NOT_CALIBRATED_MARK} several images of an eye were read together, and the head was not measured for that: probability and threshold are not calibrated.`;
  const isUntrained = lines.some((line) => line.flags.includes('untrained-model'));
  const nothing = `In ${unassessed} of ${lines.length} exams ${NOTHING_ASSESSED}: no head of the model could decide. They are neither healthy nor ill. Activate a model with heads that look for disease.`;
  const untrained = 'The model is UNTRAINED: its findings mean nothing and only show how the system works.';
  return [
    ...(unassessed > 0 ? [colours.magenta(nothing)] : []),
    ...(isUncalibrated ? [uncalibrated] : []),
    ...(isUntrained ? [colours.yellow(untrained)] : []),
  ];
}

/** What the reader must know below a table: the standing of these results, and what to do about them. */
export function resultsNotice(lines: readonly ResultLine[]): string {
  return [
    ...[...advice(lines), ...disagreeing(lines)].map((text) => terminalText(`  ${text}`, 4)),
    ...warnings(lines).map((text) => terminalText(text)),
    'Research use only: not for diagnosis.',
  ].join('\n');
}
