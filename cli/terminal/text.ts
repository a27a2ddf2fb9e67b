import wrapAnsi from 'wrap-ansi';
import { terminalWidth } from './table.ts';

/**
 * A remark for a terminal, by words within its width.
 *
 * @param indent columns that its further lines stand in by; the first one stands as it is given
 * @param width in columns; the terminal's own if left out
 */
export function terminalText(text: string, indent = 0, width: number = terminalWidth()): string {
  const words = text.trimStart();
  const margin = ' '.repeat(text.length - words.length);
  const room = Math.max(1, width - Math.max(indent, margin.length));
  return margin + wrapAnsi(words, room).replaceAll('\n', `\n${' '.repeat(indent)}`);
}
