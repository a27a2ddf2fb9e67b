import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { InvalidInputError, ObjectNotFoundError } from '../errors.ts';
import { type ErasableStore, eraseObject } from '../objects/erase-objects.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** Moves on their way begin so: an object lies here from the move until intake has taken the image in. */
export const MOVES_PREFIX = 'moves/';
/** What the metadata of a moved image say: which move, and so no pseudonym of the exam that it was moved from. */
const MOVE = 'move:';
const moveSchema = z.object({
  schema: z.literal('image-move/1'),
  key: z.string().min(1),
  versionId: z.string().min(1).nullable(),
});

/** The version that an image was moved from. */
export interface MovedFrom {
  readonly key: string;
  readonly versionId: string | null;
}

function moveKey(program: string, move: string): string {
  return `${MOVES_PREFIX}${program}/${move.slice(MOVE.length)}.json`;
}

/** Notes where an image is moved from. @returns what its metadata are to say */
export async function noteMove(
  store: Pick<ObjectStore, 'put'>,
  program: string,
  { key, versionId }: MovedFrom,
): Promise<string> {
  const move = `${MOVE}${randomUUID()}`;
  const content = { schema: 'image-move/1', key, versionId };
  await store.put(moveKey(program, move), Buffer.from(JSON.stringify(content)), {
    contentType: 'application/json',
  });
  return move;
}

/**
 * Reads where an image was moved from: of a former release, which wrote the key itself, percent-encoded, `#`, the version.
 *
 * @throws InvalidInputError if it says neither
 */
export async function movedFromOf(
  store: Pick<ObjectStore, 'get'>,
  program: string,
  said: string,
): Promise<MovedFrom | undefined> {
  if (!said.startsWith(MOVE)) return movedFromIn(said);
  try {
    const { content } = await store.get(moveKey(program, said));
    const { key, versionId } = moveSchema.parse(JSON.parse(Buffer.from(content).toString()));
    return { key, versionId };
  } catch (error) {
    // Taken in before, or the patient whom it was moved from is erased.
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
}

/** Forgets a move, once the exam's record says where its image came from. */
export async function forgetMove(store: ErasableStore, program: string, said: string): Promise<void> {
  if (said.startsWith(MOVE)) await eraseObject(store, moveKey(program, said));
}

/** Reads what former releases wrote. @throws InvalidInputError if it is none */
export function movedFromIn(text: string): MovedFrom {
  const [key = '', versionId = ''] = text.split('#');
  try {
    return { key: decodeURIComponent(key), versionId: versionId === '' ? null : versionId };
  } catch {
    throw new InvalidInputError(
      `An image says that it was moved from ${JSON.stringify(text.slice(0, 80))}: that is no key and version. Move it again.`,
    );
  }
}
