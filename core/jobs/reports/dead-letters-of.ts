import { listDeadLetters } from '../../dead-letters/dead-letters.ts';
import { QUEUE_NAMES } from '../../messages/queues.ts';
import type { Home } from '../../ports/index.ts';
import type { DeadLetter } from '../job-report.ts';

/** Told in a report; `retclip redrive` shows all. */
const MOST = 100;

/** The dead letters of a program in all queues, and how to send each again. The letters stay. */
export async function deadLettersOf(queues: Home['queues'], program: string): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (const queue of QUEUE_NAMES) {
    const { visible } = await queues[queue].deadLetters.depth();
    if (visible === 0) continue;
    const found = await listDeadLetters(queues[queue], { program, andUnknown: false });
    const remedy = `Mend the cause, then: retclip redrive ${queue} --program ${program}`;
    letters.push(...found.map(({ subject, reason }) => ({ queue, exam: subject, reason, remedy })));
  }
  return letters.slice(0, MOST);
}
