import pc from 'picocolors';
import { isFieldDoubtful } from '../../core/exams/field.ts';
import type { ExamDetail } from './patient-options.ts';

type ImageLine = ExamDetail['images'][number];

/** What was found of its quality, in a word. */
function qualityText({ gradable, reason }: ImageLine): string {
  if (gradable === null) return '';
  return gradable ? 'gradable' : (reason ?? 'ungradable');
}

/** What it is centred on: nobody named it and it was not seen, it counts as the macula. */
function fieldText({ field, gradable }: ImageLine): string {
  return field ?? (gradable === true ? 'unseen' : '');
}

function imageText(line: ImageLine): string[] {
  const { image, laterality, field, fieldSeen, state, withdrawal, doubts = [] } = line;
  const eye = (laterality ?? 'unknown').padEnd(7);
  const what = state === 'current' ? pc.green('current ') : pc.dim(state.padEnd(8));
  const moved = withdrawal?.movedTo;
  const to = moved === undefined ? '' : `, moved to ${moved.patient}/${moved.exam}, ${moved.laterality} eye`;
  return [
    `    ${eye} ${what.padEnd(9)} ${fieldText(line).padEnd(6)} ${qualityText(line).padEnd(12)} ${image}`,
    ...(withdrawal === undefined
      ? []
      : [pc.dim(`      by ${withdrawal.by} at ${withdrawal.at}: ${withdrawal.reason}${to}`)]),
    ...(isFieldDoubtful(field, fieldSeen)
      ? [pc.yellow(`      named as of the ${field}, but it seems to show the ${fieldSeen} in its middle`)]
      : []),
    ...doubts.map((doubt) => pc.yellow(`      ${doubt}`)),
  ];
}

/** An exam with all of its images, for a terminal. */
export function examText({ state, images, result }: ExamDetail): string {
  const holds = result === null ? state.status : `${result.final.outcome} (${result.final.decidedBy})`;
  return [
    `  ${pc.bold(state.exam)}  ${holds}`,
    ...(images.length === 0 ? ['    no photograph'] : images.flatMap(imageText)),
  ].join('\n');
}
