import pc from 'picocolors';
import { examsOf } from './check-plan.ts';
import type { RefusedItem, UploadPlan } from './planned-image.ts';
import type { SendReport } from './send-plan.ts';

/** Refused items named one by one before the rest is counted. */
const NAMED = 20;

export interface UploadSummary extends SendReport {
  readonly ignored: number;
  readonly seconds: number;
  readonly waited: boolean;
}

function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

function refusedLines(refused: readonly RefusedItem[]): string[] {
  const named = refused
    .slice(0, NAMED)
    .map(({ item, reason }) => `  ${pc.yellow('refused')} ${item}: ${reason}`);
  return refused.length > NAMED ? [...named, `  … and ${refused.length - NAMED} more`] : named;
}

/** The plan in one line: what will be sent for whom. */
export function planText(plan: UploadPlan): string {
  const exams = examsOf(plan);
  const pairs = exams.filter((images) => new Set(images.map((image) => image.laterality)).size === 2).length;
  const single = exams.length - pairs;
  const parts = [
    `${plural(plan.images.length, 'photograph')} of ${plural(exams.length, 'exam')}`,
    `${plural(pairs, 'pair')}${single > 0 ? `, ${plural(single, 'single eye')}` : ''}`,
    ...(plan.refused.length > 0 ? [pc.yellow(`${plan.refused.length} refused`)] : []),
    ...(plan.ignored > 0 ? [`${plural(plan.ignored, 'other file')} passed over`] : []),
  ];
  return `Plan: ${parts.join(' · ')}`;
}

/** The report for a person. */
export function reportText(summary: UploadSummary): string {
  const { sent, skipped, refused, bytesSent, seconds } = summary;
  const rate = sent.length / Math.max(seconds, 0.001);
  const lines = [
    `${pc.green('Sent')} ${plural(sent.length, 'photograph')} (${(bytesSent / 2 ** 20).toFixed(1)} MiB) in ${seconds.toFixed(1)} s, ${rate.toFixed(0)}/s`,
    ...(skipped.length > 0 ? [`Skipped ${skipped.length}: the same content was there already`] : []),
    ...refusedLines(refused),
    ...(summary.waited ? ['Every exam sent has its result. Research use only: not for diagnosis.'] : []),
  ];
  return lines.join('\n');
}

/** The report for a program, on one line. */
export function reportJson(summary: UploadSummary): string {
  const { sent, skipped, refused, bytesSent, ignored, seconds } = summary;
  const exams = new Set([...sent, ...skipped].map(({ image }) => JSON.stringify(image.exam))).size;
  const counts = { sent: sent.length, skipped: skipped.length, refused, ignored, exams, bytesSent };
  return JSON.stringify({ ...counts, seconds: Number(seconds.toFixed(3)) });
}
