import pc from 'picocolors';
import type { z } from 'zod';
import type { erasureReceipt } from '../../functions/api/routes/patients.ts';

type Receipt = z.infer<typeof erasureReceipt>;

/** What each number counts, for people. */
const COUNTED: Readonly<Record<keyof Receipt['erased'], string>> = {
  exams: 'exams',
  images: 'photographs in all versions',
  results: 'results',
  reviews: 'reviews',
  features: 'rows of features',
  jobLines: 'lines of jobs',
  answers: 'remembered answers',
  mentions: "other patients' exams that named this one",
  messages: 'messages',
  events: 'events',
  logLines: 'lines of logs',
  auditEntries: 'former audit entries and receipts, hashed',
};

/** What was erased, and what stays where, for how long. */
export function erasureText({ erased, receipt, lookAgainAt, remaining }: Receipt): string {
  const counts = Object.entries(COUNTED).flatMap(([name, text]) => {
    const count = erased[name as keyof Receipt['erased']];
    return count > 0 ? [`${count} ${text}`] : [];
  });
  const places = remaining.map(({ place, holds, days }) => {
    const until = days === null ? 'until you remove them' : `for ${days} days at most`;
    return `  ${place}: ${holds}, ${until}`;
  });
  return [
    `${pc.green('Erased')} ${counts.length === 0 ? 'nothing: no such patient was there' : counts.join(', ')}.`,
    `Receipt ${receipt}. What others were just writing is looked for once more after ${lookAgainAt}.`,
    ...(places.length === 0 ? [] : ['What no erasure reaches:', ...places]),
  ].join('\n');
}
