import { createInterface } from 'node:readline/promises';
import type { Ask } from './settle-questions.ts';

const NARROWEST = 60;
const WIDEST = 120;

/** Columns of the person's terminal; 80 where there is none. */
export function terminalColumns(): number {
  const told = process.stderr.columns ?? process.stdout.columns ?? Number(process.env.COLUMNS ?? 80);
  return Math.min(WIDEST, Math.max(NARROWEST, Number.isFinite(told) && told > 0 ? told : 80));
}

/** Asks on the terminal; `null` without a terminal. */
export function terminalAsk(): Ask | null {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  return async (question) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    // Ctrl-C in a question is Ctrl-C of the command.
    lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    // The end of the input (Ctrl-D) is not a yes.
    const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('q')));
    try {
      return await Promise.race([lines.question(question), ended]);
    } finally {
      lines.close();
    }
  };
}
