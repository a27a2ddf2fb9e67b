import { Piscina } from 'piscina';
import type { PreparationTask, TimedImage } from './preparation-thread.ts';

/**
 * Threads that decode and judge photographs: on a machine with a GPU that takes more than one processor, and the main
 * thread must stay free for the queue.
 *
 * @example
 * const pool = new PreparationPool(4, 224);
 * const { quality } = await pool.prepare(await readFile('left.jpg'));
 * await pool.close();
 */
export class PreparationPool {
  readonly threads: number;
  readonly #size: number;
  readonly #pool: Piscina<PreparationTask, TimedImage>;

  /** @param size side of the model's input, in pixels */
  constructor(threads: number, size: number) {
    this.threads = threads;
    this.#size = size;
    this.#pool = new Piscina({
      filename: new URL('./preparation-thread.ts', import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
    });
  }

  /** A bad file is an answer, not an error. */
  prepare(bytes: Uint8Array): Promise<TimedImage> {
    return this.#pool.run({ bytes, size: this.#size });
  }

  /** Ends the threads; what they have not begun is dropped. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
