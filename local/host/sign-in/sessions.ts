import { createHash, randomBytes } from 'node:crypto';
import { type LocalReader, readerOfFile } from '../../readers/reader-tokens.ts';

/** How long a session lasts, in milliseconds. */
export interface SessionLimits {
  /** Without a call. */
  readonly idleMilliseconds: number;
  /** Since sign-in, however busy. */
  readonly wholeMilliseconds: number;
}

const LIMITS: SessionLimits = { idleMilliseconds: 30 * 60_000, wholeMilliseconds: 12 * 3_600_000 };

/** Sessions of one reader at once, such as two machines' browsers: the oldest ends. */
const MOST_OF_A_READER = 8;

/** Two clocks: what passes, and the time of day, which alone knows of the hours that a laptop slept. */
export interface SessionClocks {
  readonly elapsed: () => number;
  readonly timeOfDay: () => number;
}

interface Moment {
  readonly elapsed: number;
  readonly timeOfDay: number;
}

interface Session {
  readonly file: string;
  /** What was right at sign-in: another passphrase ends the session. */
  readonly hash: string | undefined;
  readonly began: Moment;
  used: Moment;
}

function keyOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url');
}

/**
 * Who is signed in by a browser. A session is a random number in a cookie; only its hash is kept, in memory, so that a
 * restart of the host ends all. Each call reads the reader again: who was removed, or got another passphrase, is out.
 */
export class Sessions {
  readonly #dataFolder: string;
  readonly #limits: SessionLimits;
  readonly #clocks: SessionClocks;
  readonly #sessions = new Map<string, Session>();

  constructor(
    dataFolder: string,
    limits: SessionLimits = LIMITS,
    clocks: SessionClocks = { elapsed: () => performance.now(), timeOfDay: () => Date.now() },
  ) {
    this.#dataFolder = dataFolder;
    this.#limits = limits;
    this.#clocks = clocks;
  }

  /** Begins a session. @returns its id, 256 random bits, which is kept nowhere */
  begin({ file, passphrase }: LocalReader): string {
    for (const [key, session] of this.#sessions) if (this.#isOver(session)) this.#sessions.delete(key);
    const own = [...this.#sessions].filter(([, session]) => session.file === file);
    for (const [key] of own.slice(0, Math.max(0, own.length - MOST_OF_A_READER + 1)))
      this.#sessions.delete(key);
    const id = randomBytes(32).toString('base64url');
    const began = this.#now();
    this.#sessions.set(keyOf(id), { file, hash: passphrase?.hash, began, used: began });
    return id;
  }

  /** Who is signed in by this session, which is used by that. @returns `null` if it is over, or none */
  use(id: string): LocalReader | null {
    const key = keyOf(id);
    const session = this.#sessions.get(key);
    if (session === undefined) return null;
    const reader = this.#isOver(session) ? null : readerOfFile(this.#dataFolder, session.file);
    if (reader === null || reader.passphrase?.hash !== session.hash) {
      this.#sessions.delete(key);
      return null;
    }
    session.used = this.#now();
    return reader;
  }

  /** Signs out. @returns whether there was such a session */
  end(id: string): boolean {
    return this.#sessions.delete(keyOf(id));
  }

  #now(): Moment {
    return { elapsed: this.#clocks.elapsed(), timeOfDay: this.#clocks.timeOfDay() };
  }

  /** Either clock ends a session: a step of the time of day costs a sign-in, and never draws a session out. */
  #isOver({ began, used }: Session): boolean {
    const now = this.#now();
    const since = (then: Moment) => Math.max(now.elapsed - then.elapsed, now.timeOfDay - then.timeOfDay);
    return since(used) >= this.#limits.idleMilliseconds || since(began) >= this.#limits.wholeMilliseconds;
  }
}
