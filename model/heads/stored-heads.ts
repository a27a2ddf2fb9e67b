import type { HeadReference } from '../../core/activation/active-model.ts';
import { ObjectNotFoundError } from '../../core/errors.ts';
import { bundleFileKey } from '../../core/keys/bundle-file-key.ts';
import { headKey } from '../../core/keys/head-key.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { HeadError } from '../errors.ts';
import { type Head, headId, parseHead } from './head.ts';

/** Keeps a head where every part of the system finds it. @returns its name and id */
export async function storeHead(store: ObjectStore, head: Head): Promise<HeadReference> {
  const reference = { name: head.name, id: headId(head) };
  const key = headKey(reference.id);
  if ((await store.head(key)) === undefined) {
    await store.put(key, Buffer.from(JSON.stringify(head)), { contentType: 'application/json' });
  }
  return reference;
}

/**
 * Reads a head by its id: one that was added, or one of the bundle.
 *
 * @param model id of the bundle
 * @throws HeadError if it is nowhere, or is not what its id promises
 */
export async function readHead(store: ObjectStore, reference: HeadReference, model: string): Promise<Head> {
  const { name, id } = reference;
  for (const key of [headKey(id), bundleFileKey(model, `heads/${name}.json`)]) {
    let content: Uint8Array;
    try {
      content = (await store.get(key)).content;
    } catch (error) {
      if (error instanceof ObjectNotFoundError) continue;
      throw error;
    }
    const head = parseHead(Buffer.from(content).toString('utf8'), key);
    if (headId(head) === id) return head;
  }
  throw new HeadError(
    `Head "${name}" (${id}) is not stored, neither under "${headKey(id)}" nor in bundle ${model}. Add it again: retclip job create --heads FILE`,
  );
}
