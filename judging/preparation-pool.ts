import { Decoders, type DecodingContract, ImageError, type RenditionKind } from '../decoding/index.ts';
import { BURNT_IN_TEXT, type ReadablePhotograph, renderPhotograph } from './burnt-in/render-photograph.ts';
import type { Judgement } from './judge.ts';
import { sidesFor } from './judge-squares.ts';
import { type PreparedImage, QUALITY_GATE, refusedImage } from './prepare-image.ts';

/** A prepared photograph and what it cost. */
export interface TimedImage extends PreparedImage {
  /** Processor time of decoding and judging, without waits; 0 if the header alone refused the file. */
  readonly milliseconds: number;
  /** Why the file gives no pixels; `null` if it does. */
  readonly refusal: ImageError | null;
}

/** What readers see of a photograph, or why it gives no picture. */
export type RenderedImage =
  | { readonly pictures: ReadablePhotograph<RenditionKind>; readonly refusal: null }
  | { readonly pictures: null; readonly refusal: ImageError };

export interface PreparationPoolOptions {
  /** How pixels are made: `squash-bicubic-v1` unless told. */
  readonly contract?: DecodingContract;
  /** Memory that decoders may need together, in bytes. */
  readonly memoryBytes?: number;
  /** How long one try at a file may take by the clock, whatever its processor time; bounded by that alone unless told. */
  readonly patienceMilliseconds?: number;
}

/**
 * Decodes and judges photographs in processes of their own. A GPU needs more than one processor to feed it, the main
 * thread must stay free for the queue, and a file that ends its decoder must end nothing else.
 *
 * @example
 * const pool = new PreparationPool(4, 224);
 * const { quality } = await pool.prepare(await readFile('left.jpg'));
 * await pool.close();
 */
export class PreparationPool {
  /** Photographs that are decoded side by side. */
  readonly processes: number;
  readonly #size: number;
  readonly #contract: DecodingContract;
  readonly #decoders: Decoders;

  /** @param size side of the model's input, in pixels */
  constructor(
    processes: number,
    size: number,
    { contract = 'squash-bicubic-v1', ...options }: PreparationPoolOptions = {},
  ) {
    this.#contract = contract;
    this.processes = processes;
    this.#size = size;
    this.#decoders = new Decoders({
      processes,
      finish: QUALITY_GATE,
      retouch: BURNT_IN_TEXT,
      ...options,
    });
  }

  /** Processes that decode now, for measurements. */
  get pids(): readonly number[] {
    return this.#decoders.pids;
  }

  /** A bad file is an answer, not an error. @throws DecodingError if no decoder can be started */
  async prepare(bytes: Uint8Array): Promise<TimedImage> {
    try {
      const { squares, width, height, finished, processorMilliseconds } = await this.#decoders.decode(bytes, {
        contract: this.#contract,
        sides: sidesFor(this.#size, this.#contract),
      });
      const [pixels = null] = squares;
      const judgement = finished as Judgement;
      return { pixels, width, height, ...judgement, milliseconds: processorMilliseconds, refusal: null };
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      const milliseconds = error.measured.processorMilliseconds ?? 0;
      return { ...refusedImage(error), milliseconds, refusal: error };
    }
  }

  /**
   * Makes the picture that readers read and the small one of lists. A bad file is an answer, not an error.
   *
   * @throws DecodingError if no decoder can be started
   */
  async render(bytes: Uint8Array): Promise<RenderedImage> {
    try {
      const wishes = [{ kind: 'rendition' }, { kind: 'thumbnail' }] as const;
      return { pictures: await renderPhotograph(this.#decoders, bytes, wishes), refusal: null };
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      return { pictures: null, refusal: error };
    }
  }

  /** Ends the decoders and drops what they have not finished. */
  async close(): Promise<void> {
    await this.#decoders.close();
  }
}
