import type { FilledPart, Workload } from './workload.ts';

/** A function that Lambda calls with messages of a queue. */
export type CallingPart = Exclude<FilledPart, 'screen'>;

/** Messages that a part gets for an exam. */
export function messagesOf(part: CallingPart, { imagesPerExam: images, readShare }: Workload): number {
  switch (part) {
    case 'prepare':
      // Those that are read are opened once more, for the pictures.
      return images * (1 + readShare);
    case 'intake':
      // Each image, and the check of the pairing window.
      return images + 1;
    case 'aggregate':
    case 'index-exam':
      return 1;
    case 'webhooks':
      // Every event, whether anybody wants to be told or not.
      return images + 1;
  }
}

/** Calls of a part for an exam. */
export function callsOf(part: CallingPart, work: Workload): number {
  return messagesOf(part, work) / work.fill[part];
}
