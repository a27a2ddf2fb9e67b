import { DatabaseSync } from 'node:sqlite';
import type { QueueName } from '../../../core/messages/queues.ts';
import type { LocalHome } from '../../home.ts';

/** Groups of the messages that a queue holds, in the order of their sending; `''` for a message without one. */
export function fairGroups(home: Pick<LocalHome, 'folder'>, queue: QueueName): string[] {
  const database = new DatabaseSync(home.folder.database, { readOnly: true });
  try {
    const rows = database
      .prepare('SELECT fair_group AS name FROM messages WHERE queue = ? ORDER BY sequence')
      .all(queue);
    return rows.map(({ name }) => String(name));
  } finally {
    database.close();
  }
}
