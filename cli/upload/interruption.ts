import { plural } from './plan-text.ts';
import type { SendReport } from './send-plan.ts';

/** As a shell says that a command was ended by Ctrl-C. */
const INTERRUPTED = 130;

/** Where an upload stands. */
export interface Standing {
  readonly stage: 'planning' | 'sending' | 'waiting';
  /** Photographs of the plan. */
  readonly images: number;
  readonly report: SendReport | null;
}

/** A word as a shell takes it. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * What is said when an upload is interrupted: what is there, and how to go on.
 *
 * @param words of the command line, behind `retclip`
 */
export function interruptionText({ stage, images, report }: Standing, words: readonly string[]): string {
  const again = `  npx retclip ${words.map(shellWord).join(' ')}`;
  if (stage === 'planning' || report === null) return 'Interrupted: nothing was sent.';
  const { sent, skipped } = report;
  const stored = `${sent.length + skipped.length} of ${plural(images, 'photograph')} are stored (${sent.length} sent now, ${skipped.length} before)`;
  if (stage === 'waiting') {
    return `Interrupted while waiting: ${stored}, and their exams go on being screened. To wait again:\n${again}`;
  }
  return `Interrupted: ${stored}. Nothing is lost. The same command sends the rest:\n${again}`;
}

/**
 * Tells on Ctrl-C how to go on, and ends the process.
 *
 * @param standing asked when it happens
 * @returns takes the watch away
 */
export function watchInterruption(standing: () => Standing): () => void {
  const tell = (): never => {
    process.stderr.write(`\n${interruptionText(standing(), process.argv.slice(2))}\n`);
    process.exit(INTERRUPTED);
  };
  process.on('SIGINT', tell);
  return () => process.off('SIGINT', tell);
}
