const DISK_FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const UNWRITABLE: ReadonlySet<unknown> = new Set(['EACCES', 'EPERM', 'EROFS']);
const TOO_MANY_FILES: ReadonlySet<unknown> = new Set(['EMFILE', 'ENFILE']);

function pathIn(error: Error): string | null {
  return 'path' in error && typeof error.path === 'string' ? error.path : null;
}

/**
 * Says what a fault of the system means and what to do about it.
 *
 * @param name of the file that was written, where the error does not say it
 * @returns `null` if it is none that we know
 * @example systemFault(error, 'out.csv') // 'There is no room left on the disk of "out.csv". Free some space …'
 */
export function systemFault(error: unknown, name: string | null = null): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const file = name ?? pathIn(error);
  const of = file === null ? '' : ` of "${file}"`;
  const what = file === null ? 'A file' : `"${file}"`;
  if (DISK_FULL.has(error.code))
    return `There is no room left on the disk${of} (${error.code}). Free some space there, then run the same command again.`;
  if (UNWRITABLE.has(error.code))
    return `${what} may not be read or written (${error.code}). Check its owner and its permissions, and that its disk is not mounted read-only.`;
  if (TOO_MANY_FILES.has(error.code))
    return `No further file can be opened (${error.code}): this process or the machine has reached its limit. Allow more (ulimit -n 4096), then run the same command again.`;
  if (error.code === 'EIO')
    return `The disk${of} has failed (EIO). Look at the system's log for this disk before you go on.`;
  return null;
}
