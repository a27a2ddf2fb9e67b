import type { DatabaseSync } from 'node:sqlite';

/**
 * Takes away when messages expire: until format 4, what had waited for 14 days was dropped. What waits in an older
 * folder, however long, waits on.
 */
export function migrateMessageExpiry(database: DatabaseSync): void {
  const columns = database.prepare('PRAGMA table_info(messages)').all();
  if (!columns.some(({ name }) => name === 'expires_at')) return;
  database.exec('ALTER TABLE messages DROP COLUMN expires_at');
}
