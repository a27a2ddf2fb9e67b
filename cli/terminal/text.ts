import wrapAnsi from 'wrap-ansi';
import { terminalWidth } from './table.ts';

/**
 * A remark for a terminal, by words within its width; further lines stand in by `indent` columns.
 *
 * @param width in columns; the terminal's own if left out
 */
export function terminalText(text: string, indent = 0, width: number = terminalWidth()): string {
  return wrapAnsi(text, Math.max(1, width - indent)).replaceAll('\n', `\n${' '.repeat(indent)}`);
}
