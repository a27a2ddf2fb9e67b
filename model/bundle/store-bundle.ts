import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFileKey } from '../../core/keys/bundle-file-key.ts';
import type { ObjectStore } from '../../core/ports/index.ts';
import { MANIFEST_FILE } from './manifest.ts';
import { type Bundle, verifyHashes } from './open-bundle.ts';

/** What became of a file of a bundle. */
export interface StoredFile {
  readonly name: string;
  readonly bytes: number;
  /** `false`: it was there already, with this content. */
  readonly sent: boolean;
}

/**
 * Stores a bundle under its id. Every file is read and its hash compared before the first is sent, and the store refuses
 * other content than that. What an interrupted call has stored is not sent again; the manifest comes last, so that a bundle
 * with a manifest is whole.
 *
 * @param tell called after each file
 * @throws BundleError naming the first file that was changed; nothing is stored then
 */
export async function storeBundle(
  store: ObjectStore,
  bundle: Bundle,
  tell: (file: StoredFile) => void = () => undefined,
): Promise<readonly StoredFile[]> {
  await verifyHashes(bundle);
  const { directory, manifest } = bundle;
  const stored: StoredFile[] = [];
  for (const [name, { sha256, bytes }] of Object.entries(manifest.files)) {
    const key = bundleFileKey(manifest.id, name);
    const there = await store.head(key);
    const sent = there?.sha256 !== sha256;
    if (sent) await store.put(key, await readFile(join(directory, name)), { sha256 });
    stored.push({ name, bytes, sent });
    tell({ name, bytes, sent });
  }
  const content = await readFile(join(directory, MANIFEST_FILE));
  await store.put(bundleFileKey(manifest.id, MANIFEST_FILE), content, { contentType: 'application/json' });
  stored.push({ name: MANIFEST_FILE, bytes: content.length, sent: true });
  return stored;
}
