import { mkdtemp, readdir, rm, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalError, StorageDamagedError } from '../errors.ts';
import { type LocalHome, openLocalHome } from '../home.ts';
import { ContentFiles, sha256Of } from './content-files.ts';
import type { UnnamedContent } from './unnamed-contents.ts';

let directory: string;
let home: LocalHome;
let contents: ContentFiles;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'retclip-objects-'));
  home = await openLocalHome(directory);
  contents = new ContentFiles(home.folder);
});
afterEach(async () => {
  await home.close();
  await rm(directory, { recursive: true });
});

async function contentFiles(): Promise<string[]> {
  const found: string[] = [];
  for await (const sha256 of contents.all()) found.push(sha256);
  return found;
}

describe('LocalObjectStore', () => {
  it('stores the same content once', async () => {
    const content = Buffer.from('same');
    await home.objects.put('a', content);
    await home.objects.put('b', content);
    expect(await contentFiles()).toEqual([sha256Of(content)]);
  });

  it('removes a content with its last version', async () => {
    const a = await home.objects.put('a', Buffer.from('same'));
    const b = await home.objects.put('b', Buffer.from('same'));
    await home.objects.deleteVersion('a', a.versionId ?? '');
    expect(await contentFiles()).toHaveLength(1);
    await home.objects.deleteVersion('b', b.versionId ?? '');
    expect(await contentFiles()).toEqual([]);
  });

  it('keeps a content that was put again after its removal began', async () => {
    const { sha256 } = await home.objects.put('a', Buffer.from('same'));
    const database = new DatabaseSync(home.folder.database);
    database.prepare('INSERT INTO unreferenced_contents VALUES (?)').run(sha256);
    database.close();
    await home.objects.recover();
    expect((await home.objects.get('a')).content.toString()).toBe('same');
  });

  it('puts and removes one content at the same time without losing it', async () => {
    const lanes = Array.from({ length: 6 }, async (_, lane) => {
      for (let round = 0; round < 15; round += 1) {
        const key = `${lane}/${round}`;
        const { versionId } = await home.objects.put(key, Buffer.from('contended'));
        if (round % 3 !== 0) await home.objects.deleteVersion(key, versionId ?? '');
      }
    });
    await Promise.all(lanes);
    const { items } = await home.objects.list('', { limit: 1_000 });
    expect(items).toHaveLength(30);
    for (const { key } of items) expect((await home.objects.get(key)).content.toString()).toBe('contended');
  });

  it('removes at the start what was never stored, and no content, whether or not anything names it', async () => {
    await home.objects.put('kept', Buffer.from('kept'));
    await contents.write(sha256Of(Buffer.from('orphan')), Buffer.from('orphan'));
    const halfWritten = join(home.folder.temporary, 'half');
    await writeFile(halfWritten, 'ha');
    await utimes(halfWritten, 1, 1);
    await writeFile(join(home.folder.temporary, 'being written'), 'ha');
    await (await openLocalHome(directory)).close();
    const both = ['kept', 'orphan'].map((text) => sha256Of(Buffer.from(text)));
    expect((await contentFiles()).sort()).toEqual(both.sort());
    expect(await readdir(home.folder.temporary)).toEqual(['being written']);
  });

  it('lists contents that nothing names, and removes them when it is asked to', async () => {
    const [named, orphan] = [Buffer.from('left eye'), Buffer.from('a right eye')];
    await home.objects.put('named', named);
    await contents.write(sha256Of(orphan), orphan);
    const unnamed: UnnamedContent[] = [];
    for await (const content of home.unnamed.list()) unnamed.push(content);
    expect(unnamed).toMatchObject([{ sha256: sha256Of(orphan), bytes: orphan.length }]);
    expect(Math.abs(Number(unnamed[0]?.since) - Date.now())).toBeLessThan(600_000);
    expect(await home.unnamed.remove(sha256Of(named))).toBe(false);
    expect(await home.unnamed.remove(sha256Of(orphan))).toBe(true);
    expect(await home.unnamed.remove(sha256Of(orphan))).toBe(false);
    expect(await contentFiles()).toEqual([sha256Of(named)]);
  });

  it('says which file is missing or cut, and takes the same content again', async () => {
    const content = Buffer.from('0123456789');
    const { sha256 } = await home.objects.put('a', content);
    await truncate(contents.pathOf(sha256), 4);
    await expect(home.objects.get('a')).rejects.toThrow(StorageDamagedError);
    await unlink(contents.pathOf(sha256));
    await expect(home.objects.get('a')).rejects.toThrow(sha256);
    await home.objects.put('b', content);
    expect((await home.objects.get('a')).content.toString()).toBe('0123456789');
  });

  it('knows a content that was cut, changed or lost from a sound one, and puts it right when it comes again', async () => {
    const content = Buffer.from('0123456789');
    const object = await home.objects.put('a', content);
    const path = contents.pathOf(object.sha256);
    for (const damage of [
      () => truncate(path, 4),
      () => unlink(path),
      () => writeFile(path, '0123456780'),
      () => writeFile(path, '01234567890'),
    ]) {
      expect(await home.objects.isSound(object)).toBe(true);
      await damage();
      expect(await home.objects.isSound(object)).toBe(false);
      await home.objects.put('a', content);
      expect((await home.objects.get('a', { versionId: object.versionId ?? '' })).content).toEqual(content);
    }
  });

  it('never lets the time of a later version go back, whatever the clock does', async () => {
    const times = [5_000, 1_000, 9_000];
    const clocked = await openLocalHome(directory, { now: () => times[0] ?? 0 });
    const stored: number[] = [];
    while (times.length > 0) {
      stored.push((await clocked.objects.put('a', Buffer.from('x'))).lastModified.getTime());
      times.shift();
    }
    expect(stored).toEqual([5_000, 5_000, 9_000]);
    await clocked.close();
  });

  it('permits no upload while none are taken', async () => {
    const intent = {
      sha256: '0'.repeat(64),
      bytes: 1,
      contentType: 'a/b',
      metadata: {},
      expiresInSeconds: 1,
    };
    await expect(home.objects.presignUpload('a', intent)).rejects.toThrow(LocalError);
  });
});
