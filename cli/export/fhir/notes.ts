import type { ResultLine } from '../../../core/reviews/result-line.ts';

/** Told with every resource that carries a result. */
export const NOTICE =
  'Research use only: found by a model that is no medical device; no finding is a diagnosis.';
const UNTRAINED = 'The model is untrained: its findings mean nothing.';

/** Remarks that a reader of any resource must see. */
export function notes(line: ResultLine): { text: string }[] {
  return [NOTICE, ...(line.flags.includes('untrained-model') ? [UNTRAINED] : [])].map((text) => ({ text }));
}
