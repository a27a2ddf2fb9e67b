import type { DatabaseSync } from 'node:sqlite';

const FOLDER_CLOCK = `
CREATE TABLE folder_clock (           -- one row: see FolderClock
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  boot TEXT NOT NULL,                 -- names the start of the machine; '': not named, or none yet
  boot_at INTEGER NOT NULL,           -- milliseconds by the machine's monotonic clock
  at INTEGER NOT NULL                 -- milliseconds by the folder's own clock at that moment
) STRICT`;

/** Stands for a start of the machine before the first. */
export const UNSET_BOOT = 'never';

/** A message that is not on loan waits for its delay, of 15 minutes at most; one on loan for its loan, of 12 hours. */
const LONGEST_DELAY = 900_000;
const LONGEST_LOAN = 43_200_000;

/**
 * Until format 4 messages were hidden by the time of day: a clock that had been ahead hid them for as long. Now the
 * folder has a clock of its own, which begins at the time of day. Messages that are hidden for longer than any message
 * may be are hidden for the longest time that they may. Done twice, it changes nothing.
 *
 * @param now milliseconds since 1970
 */
export function migrateFolderClock(database: DatabaseSync, now = Date.now()): void {
  const found = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'folder_clock'").get();
  if (found !== undefined) return;
  database.exec(FOLDER_CLOCK);
  // The first opening of the folder sets it.
  database
    .prepare('INSERT INTO folder_clock (only_row, boot, boot_at, at) VALUES (1, ?, ?, ?)')
    .run(UNSET_BOOT, Number.MAX_SAFE_INTEGER, now);
  database
    .prepare(
      `UPDATE messages SET visible_at = min(visible_at, ? + CASE WHEN receipt IS NULL THEN ? ELSE ? END)
       WHERE visible_at > ?`,
    )
    .run(now, LONGEST_DELAY, LONGEST_LOAN, now);
}
