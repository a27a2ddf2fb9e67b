import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ActiveModel } from '../../core/activation/active-model.ts';
import { reasonOf } from '../../core/errors.ts';
import type { EncodedText, TextEncoder } from '../../core/ports/index.ts';
import { LocalError } from '../errors.ts';

/** The text tower takes up to 500 MB. It is released after this long without a search. */
const IDLE_MILLISECONDS = 300_000;
/** Texts encoded last; they are asked again with another filter or page size. */
const TEXTS_KEPT = 200;

type Answer =
  | { readonly id: number; readonly vector: Float32Array }
  | { readonly id: number; readonly reason: string };

/** Encodes texts by a bundle in a thread that is started when it is first needed and ends when it idles. */
export class ThreadedTextEncoder implements TextEncoder {
  readonly #bundleFolder: string;
  readonly #model: Pick<ActiveModel, 'model' | 'trained'>;
  readonly #idleMilliseconds: number;
  readonly #waiting = new Map<number, PromiseWithResolvers<Float32Array>>();
  readonly #known = new Map<string, Float32Array>();
  #thread: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #next = 0;

  constructor(
    bundleFolder: string,
    model: Pick<ActiveModel, 'model' | 'trained'>,
    idleMilliseconds = IDLE_MILLISECONDS,
  ) {
    this.#bundleFolder = bundleFolder;
    this.#model = model;
    this.#idleMilliseconds = idleMilliseconds;
  }

  /** Whether the tower is in memory. */
  get isRunning(): boolean {
    return this.#thread !== undefined;
  }

  async encode(text: string): Promise<EncodedText> {
    const { model, trained } = this.#model;
    return { model, trained, vector: this.#known.get(text) ?? (await this.#ask(text)) };
  }

  async stop(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    this.#refuseAll('the system stops');
    if (thread === undefined || thread.threadId === -1) return;
    const exited = once(thread, 'exit');
    // A thread that is terminated while ONNX Runtime works ends the whole process.
    thread.postMessage(null);
    await exited;
  }

  async #ask(text: string): Promise<Float32Array> {
    const waiting = Promise.withResolvers<Float32Array>();
    const id = this.#next++;
    this.#waiting.set(id, waiting);
    // It idles no longer: the thread must not end under this text.
    clearTimeout(this.#idle);
    this.#thread ??= this.#start();
    this.#thread.postMessage({ id, text });
    const vector = await waiting.promise;
    this.#known.set(text, vector);
    const [oldest] = this.#known.keys();
    if (this.#known.size > TEXTS_KEPT && oldest !== undefined) this.#known.delete(oldest);
    return vector;
  }

  #start(): Worker {
    const thread = new Worker(new URL('./text-encoder-thread.ts', import.meta.url), {
      workerData: this.#bundleFolder,
    });
    thread.on('message', (answer: Answer) => this.#receive(answer));
    const ended = (reason: string) => {
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      this.#refuseAll(reason);
    };
    thread.on('error', (error) => ended(reasonOf(error)));
    thread.on('exit', (code) => ended(`it ended with code ${code}`));
    return thread;
  }

  #receive(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('vector' in answer) waiting?.resolve(answer.vector);
    else waiting?.reject(new LocalError(`The text cannot be encoded: ${answer.reason}`));
    clearTimeout(this.#idle);
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => void this.stop(), this.#idleMilliseconds);
    this.#idle.unref();
  }

  #refuseAll(reason: string): void {
    for (const waiting of this.#waiting.values()) {
      waiting.reject(new LocalError(`The text tower cannot run: ${reason}`));
    }
    this.#waiting.clear();
  }
}
