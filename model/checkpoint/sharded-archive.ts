import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { reasonOf } from '../../core/errors.ts';
import { UnreadableFileError } from '../errors.ts';
import type { TensorArchive, TensorDescription } from './weights.ts';

const LARGEST_INDEX = 16 * 1024 * 1024;

/** A file beside the index: no way out of its folder. */
const shardName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'names a file outside of its folder');
const indexSchema = z.object({ weight_map: z.record(z.string(), shardName) });

async function readIndex(path: string): Promise<ReadonlyMap<string, string>> {
  if ((await stat(path)).size > LARGEST_INDEX)
    throw new UnreadableFileError(`The index "${path}" is too long.`);
  try {
    const { weight_map: map } = indexSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return new Map(Object.entries(map));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : reasonOf(error);
    throw new UnreadableFileError(
      `"${path}" is no index of a checkpoint in several files (weight_map): ${reason}`,
      { cause: error },
    );
  }
}

/**
 * Tensors of several files that one index names, as the libraries of Hugging Face write them.
 *
 * @see https://huggingface.co/docs/safetensors, `model.safetensors.index.json`
 */
export class ShardedArchive implements TensorArchive {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorDescription>;
  readonly keys: readonly string[];
  readonly files: readonly string[];
  readonly #places: ReadonlyMap<string, TensorArchive>;
  readonly #shards: readonly TensorArchive[];

  private constructor(path: string, places: Map<string, TensorArchive>, shards: readonly TensorArchive[]) {
    this.path = path;
    this.#places = places;
    this.#shards = shards;
    this.files = [path, ...shards.map((shard) => shard.path)];
    this.keys = [...places.keys()];
    this.tensors = new Map(
      [...places].flatMap(([name, shard]) => {
        const tensor = shard.tensors.get(name);
        return tensor === undefined ? [] : [[name, tensor] as const];
      }),
    );
  }

  /**
   * @param open opens one of its files
   * @throws UnreadableFileError if the index is none, or it and its files disagree
   */
  static async open(path: string, open: (path: string) => Promise<TensorArchive>): Promise<ShardedArchive> {
    const index = await readIndex(path);
    const shards = new Map<string, TensorArchive>();
    try {
      for (const name of new Set(index.values())) shards.set(name, await open(join(dirname(path), name)));
      const places = new Map<string, TensorArchive>();
      for (const [tensor, name] of index) {
        const shard = shards.get(name);
        if (!shard?.tensors.has(tensor))
          throw new UnreadableFileError(`"${path}" seeks tensor "${tensor}" in "${name}", which lacks it.`);
        places.set(tensor, shard);
      }
      for (const [name, { tensors }] of shards) {
        const stray = [...tensors.keys()].find((tensor) => index.get(tensor) !== name);
        if (stray !== undefined)
          throw new UnreadableFileError(
            `"${name}" has a tensor "${stray}" that "${path}" does not seek there.`,
          );
      }
      return new ShardedArchive(path, places, [...shards.values()]);
    } catch (error) {
      for (const shard of shards.values()) await shard.close();
      throw error;
    }
  }

  async read(name: string): Promise<Float32Array> {
    const shard = this.#places.get(name);
    if (shard === undefined) throw new UnreadableFileError(`"${this.path}" has no tensor "${name}".`);
    return shard.read(name);
  }

  async close(): Promise<void> {
    for (const shard of this.#shards) await shard.close();
  }
}
