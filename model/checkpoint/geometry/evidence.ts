import { CheckpointMismatchError, UntoldGeometryError } from '../../errors.ts';
import { elementsOf } from '../element-types.ts';
import type { TensorDescription } from '../weights.ts';

/** What a checkpoint tells of its model's sizes: shapes, and values of single numbers. */
export interface CheckpointEvidence {
  /** The file, for messages. */
  readonly path: string;
  /** Tensors by name without `module.`. */
  readonly tensors: ReadonlyMap<string, TensorDescription>;
  read(name: string): Promise<Float32Array>;
}

/** Reads sizes from a checkpoint and refuses, by name, what cannot be one. */
export class Evidence {
  readonly #checkpoint: CheckpointEvidence;

  constructor(checkpoint: CheckpointEvidence) {
    this.#checkpoint = checkpoint;
  }

  get names(): readonly string[] {
    return [...this.#checkpoint.tensors.keys()];
  }

  has(name: string): boolean {
    return this.#checkpoint.tensors.has(name);
  }

  mismatch(what: string): CheckpointMismatchError {
    return new CheckpointMismatchError(
      `"${this.#checkpoint.path}" is no RET-CLIP checkpoint as this system reads it: ${what}.`,
    );
  }

  /** What the file's owner must tell before it can be read. */
  untold(what: string): UntoldGeometryError {
    return new UntoldGeometryError(`"${this.#checkpoint.path}" cannot be imported so: ${what}.`);
  }

  /** @throws CheckpointMismatchError unless the tensor is there with so many axes */
  shape(name: string, axes: number): number[] {
    const { shape } = this.#described(name);
    if (shape.length !== axes || shape.some((size) => size < 1)) {
      throw this.mismatch(`tensor "${name}" has the shape [${shape}] instead of ${axes} axes`);
    }
    return [...shape];
  }

  /** A single number that the checkpoint keeps as a buffer. */
  async scalar(name: string): Promise<number> {
    const { shape } = this.#described(name);
    if (elementsOf(shape) !== 1) {
      throw this.mismatch(`tensor "${name}" has the shape [${shape}] instead of a single number`);
    }
    const [value = Number.NaN] = await this.#checkpoint.read(name);
    return value;
  }

  /** Number of layers named `prefix.0.…`, `prefix.1.…`; gaps show later as missing tensors. */
  layers(prefix: string): number {
    let count = 0;
    for (const name of this.#checkpoint.tensors.keys()) {
      if (!name.startsWith(prefix)) continue;
      const index = Number(/^\d+/.exec(name.slice(prefix.length))?.[0] ?? -1);
      count = Math.max(count, index + 1);
    }
    if (count === 0 || count > 1_000) throw this.mismatch(`it has ${count} layers named "${prefix}…"`);
    return count;
  }

  /** Side of a square of positions beside one for the whole: 1 + side². */
  side(name: string): number {
    const [positions = 0] = this.shape(name, 2);
    const side = Math.sqrt(positions - 1);
    if (!Number.isInteger(side) || side < 1) {
      throw this.mismatch(`"${name}" has ${positions} positions, which is no square and one`);
    }
    return side;
  }

  #described(name: string): TensorDescription {
    const tensor = this.#checkpoint.tensors.get(name);
    if (tensor === undefined) throw this.mismatch(`tensor "${name}" is missing`);
    return tensor;
  }
}
