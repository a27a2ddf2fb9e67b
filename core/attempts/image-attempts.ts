import { z } from 'zod';
import { preparedVersionPrefix } from '../keys/prepared-key.ts';
import { readAnnouncement } from '../messages/object-created.ts';
import { jsonOf } from '../messages/parse-message.ts';
import { schemaOf } from '../messages/queue-message.ts';
import type { PreparedStore } from '../ports/index.ts';
import type { KnownAttempts } from './attempts.ts';
import { type AttemptedMessage, isSuspect, noteFor, settledBy, settledSchema } from './deliveries.ts';

const count = z.number().int().nonnegative();

/** What befell one message about an image so far. */
export const imageAttemptsSchema = z.object({
  schema: z.literal('image-attempts/1'),
  /** Processes that died while they had this image in hand and nothing else. One that is at it now counts already. */
  crashes: count,
  /** How often it was sent again from the dead letters: counts start again each time. */
  redrives: count,
  /** The last delivery whose end a process saw; `null` if none did. */
  settled: settledSchema,
});
type ImageAttemptNote = Readonly<z.infer<typeof imageAttemptsSchema>>;

/** A message of which nothing is remembered. */
function freshNote(redrives: number): ImageAttemptNote {
  return { schema: 'image-attempts/1', crashes: 0, redrives, settled: null };
}

const asked = z.object({ image: z.object({ key: z.string(), versionId: z.string() }) });

/** Which image version a message has opened; `null` where it does not tell. */
function imageOf(body: string): { readonly key: string; readonly versionId: string } | null {
  const content = jsonOf(body);
  if (schemaOf(content) !== 'object-created') return asked.safeParse(content).data?.image ?? null;
  const [object] = readAnnouncement(content).objects;
  return object?.versionId === undefined ? null : { key: object.key, versionId: object.versionId };
}

/**
 * Where the note about a message lies: beside what is prepared of the image, and so gone with it.
 *
 * @returns `null` if the message names no version of an image: then nothing is counted
 * @example prepared/north/P1/2026-05-01/left.jpg/v1/attempts-1.json
 */
export function imageAttemptsKey(body: string): string | null {
  try {
    const image = imageOf(body);
    if (image === null) return null;
    const what = schemaOf(jsonOf(body)) === 'render-image/1' ? 'render-attempts' : 'attempts';
    return `${preparedVersionPrefix(image)}${what}-1.json`;
  } catch {
    return null;
  }
}

/**
 * Counts what befell messages about images, as {@link Attempts} does of screening requests, by notes in the store of what
 * is prepared: the only one that the part which opens strangers' files may write to. A message on its first delivery has none
 * and costs nothing.
 */
export class ImageAttempts {
  readonly #store: Pick<PreparedStore, 'get' | 'put' | 'removeAll'>;

  constructor(store: Pick<PreparedStore, 'get' | 'put' | 'removeAll'>) {
    this.#store = store;
  }

  /** Tells what is known of a message that was delivered before. */
  async find(message: AttemptedMessage): Promise<Omit<KnownAttempts, 'failures'>> {
    const note = await this.#read(message);
    return { crashes: note.crashes, isSuspect: isSuspect(message, note) };
  }

  /** Counts a crash in advance: call it before a suspect is opened, with nothing else in hand. */
  async begin(message: AttemptedMessage): Promise<void> {
    const note = await this.#read(message);
    await this.#write(message, { ...note, crashes: note.crashes + 1 });
  }

  /** Takes back what {@link begin} counted: the process outlived a fault. It stays a suspect if it has ended others. */
  async spare(message: AttemptedMessage): Promise<void> {
    const note = await this.#read(message);
    await this.#write(message, {
      ...note,
      crashes: Math.max(0, note.crashes - 1),
      settled: settledBy(message),
    });
  }

  /** Notes that a delivery came to an end, though to a fault: the next one makes no suspect of it. */
  async settle(message: AttemptedMessage): Promise<void> {
    await this.#write(message, { ...(await this.#read(message)), settled: settledBy(message) });
  }

  /** Removes the note: the image is dealt with, or buried. No fault if there is none. */
  async forget({ body }: AttemptedMessage): Promise<void> {
    const key = imageAttemptsKey(body);
    if (key !== null) await this.#store.removeAll(key);
  }

  async #read(message: AttemptedMessage): Promise<ImageAttemptNote> {
    const key = imageAttemptsKey(message.body);
    const file = key === null ? undefined : await this.#store.get(key);
    return noteFor(message, file === undefined ? null : noteOf(file), freshNote);
  }

  async #write({ body }: AttemptedMessage, note: ImageAttemptNote): Promise<void> {
    const key = imageAttemptsKey(body);
    if (key !== null) await this.#store.put(key, Buffer.from(JSON.stringify(note)));
  }
}

/** @returns `null` if it is damaged: then it counts nothing */
function noteOf(file: Uint8Array): ImageAttemptNote | null {
  try {
    return imageAttemptsSchema.parse(JSON.parse(Buffer.from(file).toString()));
  } catch {
    return null;
  }
}
