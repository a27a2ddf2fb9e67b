import type { QueuePair } from '../ports/index.ts';
import { subjectsOfMessage } from './message-subject.ts';

/** How long letters are out of others' sight while they are looked at, in seconds. */
const LOOK_SECONDS = 120;
const MOST_LOOKED_AT = 10_000;
/** A distributed queue answers from some of its servers: it is empty when it says so twice. */
const EMPTY_ANSWERS = 2;

/** What lies in a dead-letter queue. */
export interface BuriedSubjects {
  /** As `subjectsOfMessage` names them. */
  readonly subjects: ReadonlySet<string>;
  /** Whether every letter was looked at: there may be too many, or somebody else may look at some. */
  readonly isComplete: boolean;
}

/** Tells what the letters of a dead-letter queue are about. The letters stay. */
export async function buriedSubjects({ deadLetters }: QueuePair): Promise<BuriedSubjects> {
  const { visible, inFlight } = await deadLetters.depth();
  const subjects = new Set<string>();
  if (visible + inFlight === 0) return { subjects, isComplete: true };
  const receipts: string[] = [];
  try {
    for (let empty = 0; empty < EMPTY_ANSWERS && receipts.length < MOST_LOOKED_AT; ) {
      // Where as many have come as lie there, nothing more is waited for.
      const waitSeconds = receipts.length >= visible + inFlight ? 0 : empty;
      const options = { maxMessages: 10, waitSeconds, visibilitySeconds: LOOK_SECONDS };
      const letters = await deadLetters.receive(options);
      empty = letters.length === 0 ? empty + 1 : 0;
      for (const { body, receipt } of letters) {
        receipts.push(receipt);
        for (const subject of subjectsOfMessage(body)) subjects.add(subject);
      }
    }
  } finally {
    if (receipts.length > 0) await deadLetters.release(receipts);
  }
  return { subjects, isComplete: receipts.length < MOST_LOOKED_AT && receipts.length >= visible + inFlight };
}
