import { z } from 'zod';
import { readStoredJson } from '../documents/stored-json.ts';
import { ConfigurationError } from '../errors.ts';
import { examKeySchema } from '../exams/exam-key.ts';
import { eraseFormerVersions, eraseObject } from '../objects/erase-objects.ts';
import type { ObjectStore } from '../ports/index.ts';
import { type AttemptNote, attemptNoteKey, attemptNoteSchema, freshNote } from './attempt-note.ts';
import { type AttemptedMessage, isSuspect, noteFor, settledBy } from './deliveries.ts';

/** What a delivered message is to be treated as. */
export interface KnownAttempts {
  readonly crashes: number;
  readonly failures: number;
  /** It was in hand when a worker died: whether by its doing is not known. */
  readonly isSuspect: boolean;
}

/** Of a message that nothing befell. */
export const NOTHING_BEFELL: KnownAttempts = { crashes: 0, failures: 0, isSuspect: false };

const requestSchema = z.object({ exam: examKeySchema, requestId: z.string().min(1) });
const LONGEST_REASON = 500;

/** Where a message's note lies; `null` if it is not a request, so that no attempt can be made. */
function keyOf(body: string): string | null {
  try {
    const parsed = requestSchema.safeParse(JSON.parse(body));
    return parsed.success ? attemptNoteKey(parsed.data.exam, parsed.data.requestId) : null;
  } catch {
    return null;
  }
}

type NoteStore = Pick<ObjectStore, 'get' | 'put' | 'listVersions' | 'deleteVersion' | 'delete'>;

/**
 * Counts attempts at screening requests by notes in the object store. A message on its first delivery has none and costs
 * nothing; what came back is looked up.
 *
 * ```
 * delivery 1    ── worker dies ─▶ delivery 2: no note that delivery 1 was settled: suspect, alone
 *               ── fault ───────▶ note: settled 1 ─▶ delivery 2: no suspect
 * suspect alone ── begin: crashes + 1 ── worker dies ─▶ the note stands: a crash of its own
 *                                     ╰─ any other end ─▶ crashes − 1
 * ```
 */
export class Attempts {
  readonly #objects: NoteStore;

  constructor(objects: NoteStore) {
    this.#objects = objects;
  }

  /** Tells what is known of a message that was delivered before. */
  async find(message: AttemptedMessage): Promise<KnownAttempts> {
    const note = await this.#read(message);
    const { crashes, failures } = note;
    return { crashes, failures, isSuspect: isSuspect(message, note) };
  }

  /** Counts a crash in advance: call it before a suspect is worked on, with nothing else in hand. */
  async begin(message: AttemptedMessage): Promise<void> {
    const note = await this.#read(message);
    await this.#write(message, { ...note, crashes: note.crashes + 1 });
  }

  /** Takes back what {@link begin} counted: the worker lives, and has not tried. It stays a suspect. */
  async spare(message: AttemptedMessage): Promise<void> {
    const note = await this.#read(message);
    await this.#write(message, { ...note, crashes: Math.max(0, note.crashes - 1) });
  }

  /**
   * Counts a fault that the worker outlived.
   *
   * @param wasBegun whether {@link begin} has counted a crash that did not come: then it stays a suspect, as the fault
   * may have come before what ends workers
   * @returns how many there were, this one included
   */
  async fail(message: AttemptedMessage, reason: string, wasBegun: boolean): Promise<number> {
    const note = await this.#read(message);
    const failures = note.failures + 1;
    const crashes = Math.max(0, note.crashes - (wasBegun ? 1 : 0));
    const settled = wasBegun ? note.settled : settledBy(message);
    await this.#write(message, {
      ...note,
      crashes,
      failures,
      settled,
      reason: reason.slice(0, LONGEST_REASON),
    });
    return failures;
  }

  /** Removes the note for good: the request was answered or buried. No fault if there is none. */
  async forget(message: AttemptedMessage): Promise<void> {
    const key = keyOf(message.body);
    if (key !== null) await eraseObject(this.#objects, key);
  }

  async #read(message: AttemptedMessage): Promise<AttemptNote> {
    const key = keyOf(message.body);
    return noteFor(message, key === null ? null : await this.#stored(key), freshNote);
  }

  async #stored(key: string): Promise<AttemptNote | null> {
    try {
      return (await readStoredJson(this.#objects, key, attemptNoteSchema)) ?? null;
    } catch (error) {
      // A damaged note counts nothing; a store that cannot be reached is a fault.
      if (error instanceof ConfigurationError) return null;
      throw error;
    }
  }

  async #write(message: AttemptedMessage, note: AttemptNote): Promise<void> {
    const key = keyOf(message.body);
    if (key === null) return;
    const content = Buffer.from(JSON.stringify(note));
    await this.#objects.put(key, content, { contentType: 'application/json' });
    // Former versions of a note are of no use to anyone.
    await eraseFormerVersions(this.#objects, key);
  }
}
