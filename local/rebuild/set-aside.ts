import { existsSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** SQLite's files beside a database. */
const COMPANIONS = ['-wal', '-shm'] as const;

/**
 * Puts a new database in the place of another one, which is kept under a name of its own with the log that belongs to it.
 *
 * @param fresh closed, so that it is one file
 * @returns the former database's name; `null` if there was none
 */
export async function replaceDatabase(present: string, fresh: string, at: Date): Promise<string | null> {
  const stamp = at.toISOString().replace(/[:.]/g, '-');
  const aside = join(dirname(present), `state-before-${stamp}.sqlite`);
  const wasThere = existsSync(present);
  // The log first: a database without its log is one of some moments ago, a log without its database is nothing.
  for (const end of COMPANIONS)
    if (existsSync(`${present}${end}`)) renameSync(`${present}${end}`, `${aside}${end}`);
  if (wasThere) renameSync(present, aside);
  renameSync(fresh, present);
  const folder = await open(dirname(present), 'r');
  await folder.sync();
  await folder.close();
  return wasThere ? basename(aside) : null;
}
