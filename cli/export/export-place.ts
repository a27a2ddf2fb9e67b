import { lstat, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { WrongUseError } from '../errors.ts';
import { requirePlace } from '../given-path.ts';

/** What a given `--out` is. */
export type ExportPlace =
  | { readonly kind: 'standard-output' }
  /** A pipe or a device, to be written as it is. */
  | { readonly kind: 'stream'; readonly path: string }
  /** A file, under the name that it really has: a link stays a link. */
  | { readonly kind: 'file'; readonly path: string };

const STANDARD_OUTPUT: ReadonlySet<string> = new Set(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']);

/** Names of what is open already, a file perhaps: nothing may replace it. */
const OPENED = /^\/(?:dev\/(?:fd\/|std)|proc\/)/;

/**
 * Sees what a given place is, before anything is written.
 *
 * @throws WrongUseError if it can hold no export
 */
export async function exportPlace(out: string): Promise<ExportPlace> {
  if (out === '-' || STANDARD_OUTPUT.has(resolve(out))) return { kind: 'standard-output' };
  const itself = await lstat(out).catch(() => undefined);
  if (OPENED.test(resolve(out))) {
    if (itself === undefined) throw new WrongUseError(`"${out}" is not there. Check its name.`);
    return { kind: 'stream', path: out };
  }
  if (itself === undefined) {
    await requirePlace(out);
    return { kind: 'file', path: out };
  }
  const target = await stat(out).catch(() => undefined);
  if (target === undefined)
    throw new WrongUseError(`"${out}" is a link to what is not there. Remove it, or name a file.`);
  if (target.isFIFO() || target.isCharacterDevice()) return { kind: 'stream', path: out };
  if (target.isBlockDevice() || target.isSocket())
    throw new WrongUseError(
      `"${out}" is a ${target.isSocket() ? 'socket' : 'disk'}. Name a file that is to be written.`,
    );
  await requirePlace(out);
  return { kind: 'file', path: await realpath(out) };
}
