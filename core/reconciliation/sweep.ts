import { type BuriedSubjects, buriedSubjects } from '../dead-letters/buried-subjects.ts';
import { QUEUE_NAMES, type QueueName } from '../messages/queues.ts';
import type { Home, OutgoingMessage } from '../ports/index.ts';
import type { FindingName } from './finding-kinds.ts';
import { addFinding, type FindingCounts } from './findings.ts';
import { fateOf, type MessageFate } from './lost-message.ts';

/** What the reconciler works on. */
export interface ReconciledHome extends Pick<Home, 'objects' | 'features' | 'exams' | 'queues' | 'vectors'> {
  /** Contents of one machine's store that no version of an object names. */
  readonly unnamed?: {
    list(): AsyncIterable<{ readonly sha256: string; readonly since: Date }>;
    /** @returns whether it was removed: something may name it by now */
    remove(sha256: string): Promise<boolean>;
  };
}

export interface SweepOptions {
  readonly home: ReconciledHome;
  /** The program that is swept; `null`: every program. */
  readonly program: string | null;
  readonly now: Date;
  /** Find, and do nothing about it. */
  readonly isDry: boolean;
  /** Messages that waited or were in flight when the run began: what it sends itself is not among them. */
  readonly waiting: Waiting;
  /** Milliseconds by the clock that answers are remembered by. */
  readonly answersNow: number;
  readonly findings: FindingCounts;
  readonly looked: number;
}

/** How many messages a queue holds that somebody could receive or has received. */
export type Waiting = Readonly<Partial<Record<QueueName, number>>>;

/** Delayed messages are left out: they are younger than any time of grace. */
export async function measureWaiting(home: Pick<Home, 'queues'>): Promise<Waiting> {
  const counts = QUEUE_NAMES.map(async (name) => {
    const { visible, inFlight } = await home.queues[name].queue.depth();
    return [name, visible + inFlight] as const;
  });
  return Object.fromEntries(await Promise.all(counts));
}

/** Where a message may be. */
export interface PossibleQueues {
  readonly waits: readonly QueueName[];
  readonly buried: readonly QueueName[];
}

/** Tasks side by side. */
const AT_ONCE = 16;

/** What the steps of one stage share: what they work on, and what they have found. */
export class Sweep {
  readonly home: ReconciledHome;
  readonly program: string | null;
  readonly now: Date;
  readonly isDry: boolean;
  #findings: FindingCounts;
  #looked: number;
  readonly #buried = new Map<QueueName, Promise<BuriedSubjects>>();
  readonly #waiting: Waiting;
  readonly #answersNow: number;

  constructor({ home, program, now, isDry, waiting, answersNow, findings, looked }: SweepOptions) {
    this.home = home;
    this.program = program;
    this.now = now;
    this.isDry = isDry;
    this.#waiting = waiting;
    this.#answersNow = answersNow;
    this.#findings = findings;
    this.#looked = looked;
  }

  get findings(): FindingCounts {
    return this.#findings;
  }

  /** Images, exams, rows or objects looked at. */
  get looked(): number {
    return this.#looked;
  }

  /** Milliseconds since an instant. What seems to come from the future is as old as it is ahead: a clock was set. */
  ageOf(instant: Date | string): number {
    return Math.abs(this.now.getTime() - new Date(instant).getTime());
  }

  /** Milliseconds since an answer was remembered, by the clock that it was remembered by. */
  ageOfAnswer(at: number): number {
    return Math.abs(this.#answersNow - at);
  }

  count(looked: number): void {
    this.#looked += looked;
  }

  /** Notes what was found and is only shown. */
  show(name: FindingName, example: string): void {
    this.#findings = addFinding(this.#findings, name, example, 0);
  }

  /** Does something about findings, unless this is a dry run, and notes them. */
  async settle(
    name: FindingName,
    examples: readonly string[],
    remedy: () => Promise<unknown>,
  ): Promise<void> {
    if (examples.length === 0) return;
    if (!this.isDry) await remedy();
    for (const example of examples) {
      this.#findings = addFinding(this.#findings, name, example, this.isDry ? 0 : 1);
    }
  }

  send(queue: QueueName, messages: readonly OutgoingMessage[]): Promise<void> {
    return this.home.queues[queue].queue.send(messages);
  }

  /**
   * Tells whether the message that was to move something on is lost.
   *
   * @param subject exam as `program/patient/exam`, or key
   * @param sentAt when it was sent, as far as is known
   * @param queues that could hold it, and those among whose dead letters it may lie
   */
  async fateOf(
    subjects: readonly string[],
    sentAt: Date | string,
    queues: PossibleQueues,
  ): Promise<MessageFate> {
    const signs = {
      age: this.ageOf(sentAt),
      waiting: queues.waits.reduce((sum, name) => sum + (this.#waiting[name] ?? 0), 0),
      isBuried: false,
      sawAllLetters: true,
    };
    if (fateOf(signs) === 'waits') return 'waits';
    const buried = await Promise.all(queues.buried.map((name) => this.#buriedIn(name)));
    return fateOf({
      ...signs,
      isBuried: buried.some((letters) => subjects.some((subject) => letters.subjects.has(subject))),
      sawAllLetters: buried.every(({ isComplete }) => isComplete),
    });
  }

  /** Does the same for many, some at a time, in order. */
  async each<Item, Answer>(items: readonly Item[], work: (item: Item) => Promise<Answer>): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let start = 0; start < items.length; start += AT_ONCE) {
      answers.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(work))));
    }
    return answers;
  }

  #buriedIn(name: QueueName): Promise<BuriedSubjects> {
    const known = this.#buried.get(name);
    if (known !== undefined) return known;
    const buried = buriedSubjects(this.home.queues[name]);
    this.#buried.set(name, buried);
    return buried;
  }
}
