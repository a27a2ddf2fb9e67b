import type { WriteStream } from 'node:tty';
import pc from 'picocolors';

type Setting = Readonly<Partial<Record<'NO_COLOR' | 'FORCE_COLOR' | 'TERM', string>>>;

/**
 * Whether a stream is to have colours. Asked for by `FORCE_COLOR` (but `0` or `false`) or unwanted by `NO_COLOR`, else a
 * terminal has them and a file or a pipe has not, on a build server neither.
 *
 * @see https://no-color.org
 * @see https://force-color.org
 */
export function wantsColours(stream: Pick<WriteStream, 'isTTY'>, setting: Setting): boolean {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = setting;
  if (NO_COLOR !== '') return false;
  if (FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return stream.isTTY === true && TERM !== 'dumb';
}

/** Colours of what goes to standard output. */
export const colours = pc.createColors(wantsColours(process.stdout, process.env));

/** Colours of what goes to standard error. */
export const errorColours = pc.createColors(wantsColours(process.stderr, process.env));
