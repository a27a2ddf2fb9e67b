import type { Random } from './random.ts';

/** Makes an input out of a good one. */
export type Mutate = (seed: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

/** Something that reads what strangers send. */
export interface Reader {
  readonly name: string;
  /** Inputs that it takes. */
  seeds(): Promise<readonly Buffer[]>;
  readonly mutate: Mutate;
  /**
   * Reads an input to its end.
   *
   * @param folder empty, and the reader's own for all its inputs
   */
  read(input: Buffer, folder: string): Promise<unknown>;
  /** The errors by which it may refuse an input. Any other is a fault. */
  readonly refusals: readonly (abstract new (
    ...words: never[]
  ) => Error)[];
  /** What it may take above what it had when idle, in MB; 256 unless told. */
  readonly memoryMegabytes?: number;
}

/** An input after which something was not as it must be. */
export interface Finding {
  readonly reader: string;
  readonly kind: 'crash' | 'error' | 'time' | 'memory';
  readonly what: string;
  /** Of the input's content. */
  readonly sha256: string;
}
