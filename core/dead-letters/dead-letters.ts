import type { QueuePair, ReceivedMessage } from '../ports/index.ts';
import { subjectOfMessage } from './message-subject.ts';
import { DEAD_LETTER_ATTRIBUTES } from './send-to-dead-letters.ts';

/** A message that could not be processed, and why. */
export interface DeadLetter {
  readonly id: string;
  /** `program/patient/exam`, object keys, or `unknown`. */
  readonly subject: string;
  readonly program: string | null;
  readonly reason: string;
  readonly sentAt: Date;
}

/** Which letters to look at. */
export interface DeadLetterFilter {
  readonly program: string;
  /** Letters that name no program as well. */
  readonly andUnknown: boolean;
}

/** Which of them to send again: all, just some, or all but some; each by its id or by what it is about. */
export interface DeadLetterChoice {
  readonly only?: readonly string[];
  readonly except?: readonly string[];
}

/** How long letters are out of others' sight while they are looked at, in seconds. */
const LOOK_SECONDS = 60;
/** A distributed queue answers from some of its servers: it is empty when it says so twice. */
const EMPTY_ANSWERS = 2;
/** Letters looked at in one call at most; the rest are for the next. */
const MOST_LOOKED_AT = 2_000;

/** What the queue itself moved, after too many deliveries, says no reason. */
const NO_REASON = 'It was delivered too often without success: see the log of the part that receives it.';

function letterOf(message: ReceivedMessage): DeadLetter {
  const { name, program } = subjectOfMessage(message.body);
  return {
    id: message.id,
    subject: message.attributes[DEAD_LETTER_ATTRIBUTES.exam] ?? name,
    program,
    reason: message.attributes[DEAD_LETTER_ATTRIBUTES.reason] ?? NO_REASON,
    sentAt: message.sentAt,
  };
}

/** Lends every letter once; `handle` tells which it is done with. The others go back when all have been seen. */
async function forEachLetter(
  { deadLetters }: QueuePair,
  handle: (messages: readonly ReceivedMessage[]) => Promise<readonly ReceivedMessage[]>,
): Promise<void> {
  const kept: string[] = [];
  try {
    let seen = 0;
    for (let empty = 0; empty < EMPTY_ANSWERS && seen < MOST_LOOKED_AT; ) {
      const messages = await deadLetters.receive({
        maxMessages: 10,
        waitSeconds: empty,
        visibilitySeconds: LOOK_SECONDS,
      });
      empty = messages.length === 0 ? empty + 1 : 0;
      seen += messages.length;
      const done = new Set(await handle(messages));
      kept.push(...messages.filter((message) => !done.has(message)).map(({ receipt }) => receipt));
    }
  } finally {
    if (kept.length > 0) await deadLetters.release(kept);
  }
}

function isWanted(filter: DeadLetterFilter, message: ReceivedMessage): boolean {
  const { program } = subjectOfMessage(message.body);
  return program === null ? filter.andUnknown : program === filter.program;
}

function isChosen({ only, except }: DeadLetterChoice, { id, subject }: DeadLetter): boolean {
  const isNamed = (names: readonly string[]) => names.includes(id) || names.includes(subject);
  return (only === undefined || isNamed(only)) && !isNamed(except ?? []);
}

/**
 * Names of a choice that fit no letter: a misspelt one would have a letter sent that was to stay.
 *
 * @param letters all that lie there
 */
export function unknownChoices(
  letters: readonly DeadLetter[],
  { only = [], except = [] }: DeadLetterChoice,
): readonly string[] {
  const known = new Set(letters.flatMap(({ id, subject }) => [id, subject]));
  return [...only, ...except].filter((name) => !known.has(name));
}

function redrivesOf({ attributes }: ReceivedMessage): number {
  const count = Number(attributes[DEAD_LETTER_ATTRIBUTES.redrives] ?? 0);
  return Number.isSafeInteger(count) ? count : 0;
}

/** Attributes of a message that is sent again: how often that was done. */
function redrivenOnce(message: ReceivedMessage): Readonly<Record<string, string>> {
  return { [DEAD_LETTER_ATTRIBUTES.redrives]: String(redrivesOf(message) + 1) };
}

/**
 * Lists what lies in a dead-letter queue, oldest first; the letters stay. Letters that somebody else looks at in the
 * same moment are not seen.
 */
export async function listDeadLetters(
  pair: QueuePair,
  filter: DeadLetterFilter,
): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  await forEachLetter(pair, async (messages) => {
    letters.push(...messages.filter((message) => isWanted(filter, message)).map(letterOf));
    return [];
  });
  return letters.sort((a, b) => a.sentAt.getTime() - b.sentAt.getTime());
}

/**
 * Sends dead letters to the queue that they came from, where their attempts are counted from zero. A crash between sending and deleting sends a letter twice,
 * which every receiver expects. What is buried again meanwhile stays, as its count of redrives tells: it would be sent for
 * as long as somebody waits for the answer.
 *
 * ```
 * received ── sent to the source queue ── deleted from the dead letters
 *                                     ╰── crash: comes back after 60 s, and is sent again
 * ```
 *
 * @returns the letters that were sent
 * @example
 * const north = { program: 'north', andUnknown: false };
 * await redriveDeadLetters(home.queues.screening, north, { except: ['north/P7/2026-05-01'] });
 */
export async function redriveDeadLetters(
  pair: QueuePair,
  filter: DeadLetterFilter,
  choice: DeadLetterChoice = {},
): Promise<readonly DeadLetter[]> {
  const sent: DeadLetter[] = [];
  const before = new Map<string, number>();
  const isBack = (message: ReceivedMessage) => redrivesOf(message) > (before.get(message.body) ?? Infinity);
  await forEachLetter(pair, async (messages) => {
    const wanted = messages.filter(
      (message) => isWanted(filter, message) && isChosen(choice, letterOf(message)) && !isBack(message),
    );
    for (const message of wanted) before.set(message.body, redrivesOf(message));
    if (wanted.length === 0) return [];
    await pair.queue.send(
      wanted.map((message) => ({
        body: message.body,
        attributes: redrivenOnce(message),
        group: subjectOfMessage(message.body).program ?? undefined,
      })),
    );
    await pair.deadLetters.delete(wanted.map(({ receipt }) => receipt));
    sent.push(...wanted.map(letterOf));
    return wanted;
  });
  return sent;
}
