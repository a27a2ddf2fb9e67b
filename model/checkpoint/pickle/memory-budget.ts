import { UnreadableFileError } from '../../errors.ts';

/** What any pickle may take, in bytes: a few tensors take that much. */
const LEAST = 1024 * 1024;
/** Bytes of memory for each byte of the pickle: a checkpoint's take fewer than twenty. */
const FOR_EACH_BYTE = 48;
/** Bytes that no pickle may take, however long it is. */
const MOST = 256 * 1024 * 1024;

/** About what a value takes in memory, in bytes, besides what is in it. */
export const COSTS = {
  step: 8,
  list: 32,
  map: 200,
  bytes: 120,
  text: 24,
  tensor: 160,
  item: 8,
  pair: 48,
} as const;

/**
 * Memory that a pickle's values may take, bound by the pickle's length. A few bytes can ask for a copy of all that was
 * made before, and do so again and again; what is made is counted before it is made.
 *
 * @throws UnreadableFileError when it is used up
 */
export class MemoryBudget {
  readonly #allowed: number;
  #used = 0;

  /** @param pickleBytes length of the pickle */
  constructor(pickleBytes: number) {
    this.#allowed = Math.min(MOST, LEAST + FOR_EACH_BYTE * pickleBytes);
  }

  take(bytes: number): void {
    this.#used += bytes;
    if (this.#used <= this.#allowed) return;
    throw new UnreadableFileError(
      `The pickle asks for more than ${this.#allowed} bytes of memory, which no checkpoint of its length needs. Save the plain state dict again: torch.save(model.state_dict(), …).`,
    );
  }
}
