import { setTimeout as delay } from 'node:timers/promises';
import type { Client, ImageState } from '../client.ts';
import { CliError, RefusedError } from '../errors.ts';
import type { StoredImage } from './send-plan.ts';

/** Photographs asked about side by side. */
const ASKED_AT_ONCE = 4;
const FIRST_PAUSE_MILLISECONDS = 300;
const LONGEST_PAUSE_MILLISECONDS = 5_000;

/** A photograph that was sent, and what was found of it. */
export interface SeenImage {
  readonly image: StoredImage;
  readonly found: ImageState;
}

/** What is known of the quality of the photographs sent, so far. */
export interface QualityReport {
  readonly gradable: number;
  readonly ungradable: readonly SeenImage[];
  /** Of those gradable: what shows the other eye than its label says. */
  readonly suspect: readonly SeenImage[];
  /** Of those gradable: what seems to be centred on another field than its sender named. */
  readonly doubtful: readonly SeenImage[];
}

export interface QualityWatchOptions {
  /** Told of each photograph once it is known. */
  readonly onSeen: (seen: SeenImage, report: QualityReport) => void;
  /** For tests. */
  readonly firstPauseMilliseconds?: number;
}

/**
 * Asks about photographs that were sent until it is known whether they are fit. Photographs are prepared in the order of
 * sending, more or less, so the first few tell whether to ask about the others yet: what waits costs few requests.
 *
 * A system that knows no such question, or refuses it, ends the watch and nothing else.
 *
 * @example
 * const watch = new QualityWatch(clientOf, { onSeen: ({ found }) => console.log(found.advice) });
 * watch.add(report.sent);
 * await watch.finish(60);
 */
export class QualityWatch implements AsyncDisposable {
  readonly #clientOf: (program: string) => Client;
  readonly #options: QualityWatchOptions;
  readonly #stop = new AbortController();
  readonly #ungradable: SeenImage[] = [];
  readonly #suspect: SeenImage[] = [];
  readonly #doubtful: SeenImage[] = [];
  #gradable = 0;
  #waiting: readonly StoredImage[] = [];
  #lastSeen = performance.now();
  #running: Promise<void> | null = null;
  #hasFailed = false;

  constructor(clientOf: (program: string) => Client, options: QualityWatchOptions) {
    this.#clientOf = clientOf;
    this.#options = options;
  }

  get report(): QualityReport {
    const [ungradable, suspect, doubtful] = [this.#ungradable, this.#suspect, this.#doubtful];
    return { gradable: this.#gradable, ungradable, suspect, doubtful };
  }

  /** Photographs that nothing is known of yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Asks about these from now on, beside whatever else is done. */
  add(images: readonly StoredImage[]): void {
    if (images.length === 0 || this.#hasFailed || this.#stop.signal.aborted) return;
    if (this.#waiting.length === 0) this.#lastSeen = performance.now();
    this.#waiting = [...this.#waiting, ...images];
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  /** Waits until all are known, or none has come to be known for so long. */
  async finish(patienceSeconds: number): Promise<void> {
    const isPatient = () => performance.now() - this.#lastSeen < patienceSeconds * 1_000;
    while (this.#running !== null && isPatient()) await Promise.race([this.#running, delay(100)]);
    await this.stop();
  }

  /** Ends at once; what is not known yet stays unknown. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const first = this.#options.firstPauseMilliseconds ?? FIRST_PAUSE_MILLISECONDS;
    let pause = first;
    while (this.#waiting.length > 0 && !signal.aborted) {
      await delay(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        pause = (await this.#ask()) ? first : Math.min(LONGEST_PAUSE_MILLISECONDS, pause * 1.5);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        pause = LONGEST_PAUSE_MILLISECONDS;
        if (!(error instanceof RefusedError)) continue;
        this.#hasFailed = true;
        this.#waiting = [];
      }
    }
  }

  /** Asks until those asked about wait. @returns whether anything has come to be known */
  async #ask(): Promise<boolean> {
    let isAnyKnown = false;
    while (this.#waiting.length > 0 && !this.#stop.signal.aborted) {
      const asked = this.#waiting.slice(0, ASKED_AT_ONCE);
      const states = await Promise.all(asked.map((image) => this.#stateOf(image)));
      const still = asked.filter((image, index) => !this.#note(image, states[index]));
      // Those that wait go behind: one that is never prepared holds up no other.
      this.#waiting = [...this.#waiting.slice(asked.length), ...still];
      if (still.length === asked.length) return isAnyKnown;
      isAnyKnown = true;
      this.#lastSeen = performance.now();
    }
    return isAnyKnown;
  }

  #stateOf({ image, key }: StoredImage): Promise<ImageState> {
    return this.#clientOf(image.exam.program).image(image.exam, key.split('/').at(-1) ?? '');
  }

  /** @returns whether there is nothing more to ask about it */
  #note(image: StoredImage, found: ImageState | undefined): boolean {
    if (found === undefined || found.preparation === 'waiting') return false;
    // Another photograph of the eye came after it.
    if (found.sha256 !== image.sha256 || found.gradable === null) return true;
    const seen = { image, found };
    if (!found.gradable) this.#ungradable.push(seen);
    else this.#gradable += 1;
    if (found.lateralityCheck?.suspect === true) this.#suspect.push(seen);
    if (found.fieldDoubtful) this.#doubtful.push(seen);
    this.#options.onSeen(seen, this.report);
    return true;
  }
}
