import { totalmem } from 'node:os';
import pLimit, { type LimitFunction } from 'p-limit';
import { checkFile } from './check-file.ts';
import type { DecodingContract } from './contracts.ts';
import {
  type AnsweredEnd,
  type DecodedImage,
  decodedImage,
  type RenderedPhotograph,
  refusalOf,
  renderedPhotograph,
} from './decoding-ends.ts';
import type { DecodingNeed } from './decoding-need.ts';
import { DecodersClosedError } from './errors.ts';
import { DECODING_MEMORY_BYTES } from './limits.ts';
import { DecoderProcess } from './process/decoder-process.ts';
import type { DecodingTask } from './process/decoding-messages.ts';
import { MemoryBudget } from './process/memory-budget.ts';
import { RENDERING_BYTES, type RenditionKind } from './renditions/rendition-kinds.ts';

export interface DecodersOptions {
  /** Children that decode side by side. Each is started when it is first needed. */
  readonly processes: number;
  /** Memory that their decoding may need together: 1 GiB, or half of the machine's, unless told. */
  readonly memoryBytes?: number;
  /** A module whose default export runs in the child on the squares of each image, as {@link Finish}. */
  readonly finish?: URL;
  /** A module whose default export runs in the child on each picture for eyes, as {@link Retouch}. */
  readonly retouch?: URL;
  /** How long a child may say nothing, whatever its processor time: 20 times that unless told. A file is tried twice. */
  readonly patienceMilliseconds?: number;
}

/** What is wanted of a file. */
export interface DecodingRequest {
  /** As the bundle names it: another one gives its model pixels that it does not know. */
  readonly contract: DecodingContract;
  /** Sides of the squares, in pixels. */
  readonly sides: readonly number[];
}

type WorkOf<Task> = Task extends unknown ? Omit<Task, 'mostBytes' | 'mostMilliseconds'> : never;

/** A file whose decoder died is tried once more: it may have been killed by accident. */
const ATTEMPTS = 2;
/** The whole picture, the field cut out of it, and what lies around that. */
const WHOLE_COPIES = 3;
/** A child works at least as long as its processor time; on a busy machine far longer. */
const PATIENCE_TIMES_DEADLINE = 20;
/** What is allowed beyond the estimate: buffers of JavaScript and of the allocator. */
const SPARE_BYTES = 128 * 2 ** 20;
const SPARE_FACTOR = 1.5;
/** A child that keeps more than this after its work makes room for a fresh one. */
const MOST_KEPT_BYTES = 400 * 2 ** 20;

/** What decoders may need together, if nothing else is said. */
function usualMemory(): number {
  // 0 or a huge number where nothing constrains the process.
  const constrained = process.constrainedMemory();
  const machine = constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
  return Math.min(DECODING_MEMORY_BYTES, Math.floor(machine / 2));
}

/**
 * Turns strangers' files into pixels, in children that can be killed. Every file is bounded by its header before a
 * decoder sees it, then by memory and processor time; a child that dies takes nothing with it but that file's answer.
 *
 * ```
 * bytes ─▶ kind, size, scans, frames, metadata ─▶ memory is there ─▶ child: libvips ─▶ squares (finish)
 *              ╰─▶ ImageError                                          ╰─▶ limit, death: ImageError
 * ```
 *
 * @example
 * await using decoders = new Decoders({ processes: 2 });
 * const { squares } = await decoders.decode(await readFile('left.jpg'), { contract: 'squash-bicubic-v1', sides: [224] });
 */
export class Decoders implements AsyncDisposable {
  readonly processes: number;
  readonly #options: DecodersOptions;
  readonly #budget: MemoryBudget;
  readonly #turns: LimitFunction;
  readonly #idle: DecoderProcess[] = [];
  readonly #all = new Set<DecoderProcess>();
  #isClosed = false;

  constructor(options: DecodersOptions) {
    this.#options = options;
    this.processes = options.processes;
    this.#turns = pLimit(options.processes);
    this.#budget = new MemoryBudget(options.memoryBytes ?? usualMemory());
  }

  /** Processes that are running, for measurements. */
  get pids(): readonly number[] {
    return [...this.#all].flatMap(({ pid }) => pid ?? []);
  }

  /**
   * Decodes one file into squares.
   *
   * @throws ImageError with the one reason for which the file gives no pixels
   * @throws DecodingError if decoders cannot be started, or are closed: no fault of the file
   */
  async decode(bytes: Uint8Array, { contract, sides }: DecodingRequest): Promise<DecodedImage> {
    // The field is cut out of a whole picture, which is decoded once however many squares are wanted.
    const isWhole = contract === 'field-bicubic-v1';
    const cost = isWhole ? { times: 2, copies: WHOLE_COPIES } : { times: sides.length };
    return decodedImage(await this.#run(bytes, { contract, sides }, cost), sides);
  }

  /**
   * Makes what readers see of a photograph, within the same bounds as {@link decode}: upright, in sRGB, at most 2,048
   * pixels a side, without any of the file's metadata. What the retouch blackens is black in every kind.
   *
   * @throws ImageError with the one reason for which the file gives no pixels
   * @throws DecodingError if decoders cannot be started, or are closed: no fault of the file
   * @example
   * const { rendition, thumbnail } = await decoders.render(file, [{ kind: 'rendition' }, { kind: 'thumbnail' }]);
   */
  async render<Kind extends RenditionKind>(
    bytes: Uint8Array,
    wishes: readonly { readonly kind: Kind }[],
  ): Promise<RenderedPhotograph<Kind>> {
    const kinds = wishes.map(({ kind }) => kind);
    if (kinds.length === 0) throw new RangeError('Expected at least one kind of rendition.');
    // A broken colour profile has the file decoded once more without it.
    const cost = { times: 2, furtherBytes: RENDERING_BYTES };
    return renderedPhotograph(await this.#run(bytes, { contract: 'rendition-v1', kinds }, cost), kinds);
  }

  /** Kills the children. What waits or is being decoded is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const child of this.#all) child.kill();
    this.#all.clear();
    this.#idle.length = 0;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * @param times that the file is decoded
   * @param furtherBytes beside decoding
   * @param copies of the whole picture beside decoding
   */
  async #run(
    bytes: Uint8Array,
    work: WorkOf<DecodingTask>,
    {
      times,
      furtherBytes = 0,
      copies = 0,
    }: { readonly times: number; readonly furtherBytes?: number; readonly copies?: number },
  ): Promise<AnsweredEnd> {
    const need = checkFile(bytes, this.#budget.bytes);
    const taken = Math.min(need.bytes + furtherBytes + copies * need.copyBytes, this.#budget.bytes);
    const task: DecodingTask = {
      ...work,
      mostBytes: Math.ceil(taken * SPARE_FACTOR) + SPARE_BYTES,
      mostMilliseconds: need.deadlineMilliseconds * times,
    };
    return this.#turns(async () => {
      await this.#budget.take(taken);
      try {
        return await this.#attempt(task, bytes, need);
      } finally {
        this.#budget.give(taken);
      }
    });
  }

  async #attempt(task: DecodingTask, bytes: Uint8Array, need: DecodingNeed): Promise<AnsweredEnd> {
    const patience = this.#options.patienceMilliseconds ?? task.mostMilliseconds * PATIENCE_TIMES_DEADLINE;
    for (let attempt = 1; ; attempt += 1) {
      const child = await this.#child();
      const end = await child.run(task, bytes, patience);
      if (this.#isClosed) throw new DecodersClosedError();
      if (end.kind === 'answered' && end.answer.kind !== 'over') {
        this.#keep(child, end.answer.residentBytes);
        return end;
      }
      this.#drop(child);
      if (end.kind === 'answered' || attempt === ATTEMPTS) throw refusalOf(end, need, ATTEMPTS);
    }
  }

  async #child(): Promise<DecoderProcess> {
    for (let child = this.#idle.pop(); child !== undefined; child = this.#idle.pop()) {
      if (child.isAlive) return child;
      this.#all.delete(child);
    }
    if (this.#isClosed) throw new DecodersClosedError();
    const child = new DecoderProcess(this.#options);
    this.#all.add(child);
    try {
      await child.ready;
    } catch (error) {
      this.#all.delete(child);
      if (this.#isClosed) throw new DecodersClosedError();
      throw error;
    }
    return child;
  }

  #keep(child: DecoderProcess, residentBytes: number): void {
    if (residentBytes > MOST_KEPT_BYTES) this.#drop(child);
    else this.#idle.push(child);
  }

  #drop(child: DecoderProcess): void {
    child.kill();
    this.#all.delete(child);
  }
}
