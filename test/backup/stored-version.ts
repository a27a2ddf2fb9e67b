import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Where the content of the first object under a prefix lies in a data folder that no host runs on. */
export function versionOf(dataFolder: string, prefix: string): string {
  const database = new DatabaseSync(join(dataFolder, 'state.sqlite'), { readOnly: true });
  const row = database
    .prepare('SELECT sha256 FROM object_versions WHERE latest = 1 AND key >= ? ORDER BY key LIMIT 1')
    .get(prefix);
  database.close();
  const sha256 = String(row?.sha256);
  return join(dataFolder, 'objects', sha256.slice(0, 2), sha256);
}
