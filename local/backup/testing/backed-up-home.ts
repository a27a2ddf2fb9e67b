import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type LocalHome, openLocalHome } from '../../home.ts';
import { sha256Of } from '../../objects/content-files.ts';

export const LEFT = 'images/north/P1/2026-05-01/left.jpg';
export const RIGHT = 'images/north/P1/2026-05-01/right.jpg';

/** An empty data folder for each test of a file, and where its backup and what is restored of it are to lie. */
export class BackedUpHome {
  base = '';
  data = '';
  backup = '';
  restored = '';
  #home: LocalHome | undefined;

  constructor() {
    beforeEach(async () => {
      this.base = await mkdtemp(join(tmpdir(), 'backup-'));
      this.data = join(this.base, 'data');
      this.backup = join(this.base, 'backup');
      this.restored = join(this.base, 'restored');
      this.#home = await openLocalHome(this.data);
    });
    afterEach(async () => {
      await this.home.close();
      await rm(this.base, { recursive: true });
    });
  }

  get home(): LocalHome {
    if (this.#home === undefined) throw new Error('The home is open within a test only.');
    return this.#home;
  }

  /** Two eyes, the left one of them in two versions. */
  readonly fill = async (): Promise<void> => {
    const { objects } = this.home;
    await objects.put(LEFT, Buffer.from('L'), { contentType: 'image/jpeg', metadata: { eyes: 'both' } });
    await objects.put(RIGHT, Buffer.from('R of 2'));
    await objects.put(LEFT, Buffer.from('L, taken again'));
  };

  readonly inRestored = async <Value>(work: (home: LocalHome) => Promise<Value>): Promise<Value> => {
    const opened = await openLocalHome(this.restored);
    try {
      return await work(opened);
    } finally {
      await opened.close();
    }
  };
}

/**
 * Every version of a home by key and id, each read.
 *
 * @throws Error if one has another content than it was stored with
 */
export async function versionsOf({ objects }: LocalHome): Promise<readonly string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await objects.listVersions('', { limit: 500, cursor });
    for (const { key, versionId, isDeleteMarker } of page.items) {
      if (isDeleteMarker) continue;
      const { content, object } = await objects.get(key, { versionId: versionId ?? '' });
      if (sha256Of(content) !== object.sha256) throw new Error(`${key} was saved with another content.`);
      found.push(`${key} ${versionId}`);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}
