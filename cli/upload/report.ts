import { colours as pc } from '../terminal/colours.ts';
import { plural, refusedLines } from './plan-text.ts';
import type { Question, RefusedItem } from './planned-image.ts';
import { qualityLines } from './quality-text.ts';
import type { SendReport } from './send-plan.ts';
import type { QualityReport } from './watch-quality.ts';

export interface UploadSummary extends SendReport {
  /** Refused when planning, and shown then. */
  readonly refusedBefore: readonly RefusedItem[];
  readonly seconds: number;
  readonly waited: boolean;
  /** What was found of those sent, as far as it is known already. */
  readonly quality: QualityReport;
}

/** The report for a person. What was refused when planning is counted, since it was shown with the plan. */
export function reportText(summary: UploadSummary, base: string, columns: number): string {
  const { sent, skipped, announced, healed, replaced, refused, refusedBefore, bytesSent, seconds } = summary;
  const rate = sent.length / Math.max(seconds, 0.001);
  const lines = [
    `${pc.green('Sent')} ${plural(sent.length, 'photograph')} (${(bytesSent / 2 ** 20).toFixed(1)} MiB) in ${seconds.toFixed(1)} s, ${rate.toFixed(0)}/s`,
    ...(healed > 0
      ? [`  ${plural(healed, 'photograph')} of these had been stored before and could not be read any more`]
      : []),
    ...(replaced > 0
      ? [`  ${plural(replaced, 'photograph')} of these took the place of an earlier one of the same name`]
      : []),
    ...(skipped.length > 0 ? [`Skipped ${skipped.length}: the same content was there already`] : []),
    ...(announced > 0
      ? [`  ${plural(announced, 'photograph')} of these belonged to no exam yet: taken in now`]
      : []),
    ...refusedLines(refused, base, columns),
    ...(refusedBefore.length > 0 ? [`${plural(refusedBefore.length, 'refused file')}, named above`] : []),
    ...qualityLines(summary.quality),
    ...(summary.waited ? ['Every exam sent has its result. Research use only: not for diagnosis.'] : []),
  ];
  return lines.join('\n');
}

/** The report for a program, on one line. */
export function reportJson(summary: UploadSummary): string {
  const { sent, skipped, announced, healed, replaced, refused, refusedBefore, bytesSent, seconds, quality } =
    summary;
  const exams = new Set([...sent, ...skipped].map(({ image }) => JSON.stringify(image.exam))).size;
  const counts = { sent: sent.length, skipped: skipped.length, refused: [...refusedBefore, ...refused] };
  return JSON.stringify({
    ...counts,
    announced,
    healed,
    replaced,
    exams,
    bytesSent,
    seconds: Number(seconds.toFixed(3)),
    gradable: quality.gradable,
    ungradable: quality.ungradable.length,
  });
}

/** What is printed for a program when questions are open and nothing was sent. */
export function openJson(refused: readonly RefusedItem[], questions: readonly Question[]): string {
  return JSON.stringify({ sent: 0, skipped: 0, refused, exams: 0, bytesSent: 0, questions });
}
