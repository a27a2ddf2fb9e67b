import type { HeadReference } from '../activation/active-model.ts';
import { ObjectNotFoundError } from '../errors.ts';
import { bundleFileKey, bundleHeadFile } from '../keys/bundle-file-key.ts';
import { headKey } from '../keys/head-key.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { type Head, HeadError, headId, parseHead } from './head.ts';

/** Stores a head where every part of the system finds it. @returns its name and id */
export async function storeHead(store: ObjectStore, head: Head): Promise<HeadReference> {
  const reference = { name: head.name, id: headId(head) };
  const key = headKey(reference.id);
  if ((await store.head(key)) === undefined) {
    await store.put(key, Buffer.from(JSON.stringify(head)), { contentType: 'application/json' });
  }
  return reference;
}

/**
 * Reads a head by its id: one that was added after its bundle, or one of the bundle.
 *
 * @param model id of the bundle
 * @throws HeadError if it is stored nowhere, or its content does not have this id
 */
export async function readHead(store: ObjectStore, reference: HeadReference, model: string): Promise<Head> {
  const { name, id } = reference;
  for (const key of [headKey(id), bundleFileKey(model, bundleHeadFile(name))]) {
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
