import { CheckpointMismatchError } from '../errors.ts';
import type { Geometry, TensorDescription } from './weights.ts';

/** Every attention head of RET-CLIP's towers is this wide. */
const HEAD_WIDTH = 64;

/** Tensors that tell the geometry, by name without `module.`. */
export type Descriptions = ReadonlyMap<string, TensorDescription>;

class Shapes {
  readonly #path: string;
  readonly #tensors: Descriptions;

  constructor(path: string, tensors: Descriptions) {
    this.#path = path;
    this.#tensors = tensors;
  }

  mismatch(what: string): CheckpointMismatchError {
    return new CheckpointMismatchError(
      `"${this.#path}" is no RET-CLIP checkpoint as this system reads it: ${what}.`,
    );
  }

  /** @throws CheckpointMismatchError unless the tensor is there with so many axes */
  of(name: string, axes: number): number[] {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw this.mismatch(`tensor "${name}" is missing`);
    if (tensor.shape.length !== axes || tensor.shape.some((size) => size < 1)) {
      throw this.mismatch(`tensor "${name}" has the shape [${tensor.shape}] instead of ${axes} axes`);
    }
    return [...tensor.shape];
  }

  /** Number of layers named `prefix.0.…`, `prefix.1.…`; gaps show later as missing tensors. */
  layers(prefix: string): number {
    let count = 0;
    for (const name of this.#tensors.keys()) {
      if (!name.startsWith(prefix)) continue;
      const index = Number(/^\d+/.exec(name.slice(prefix.length))?.[0] ?? -1);
      count = Math.max(count, index + 1);
    }
    if (count === 0 || count > 1_000) throw this.mismatch(`it has ${count} layers named "${prefix}…"`);
    return count;
  }

  heads(what: string, width: number): number {
    if (width % HEAD_WIDTH !== 0)
      throw this.mismatch(`the ${what} tower's width ${width} is no multiple of ${HEAD_WIDTH}`);
    return width / HEAD_WIDTH;
  }

  refuseResidualNetwork(): void {
    const name = [...this.#tensors.keys()].find((key) => /^visual\.(?:layer\d|attnpool)\./.test(key));
    if (name !== undefined) {
      throw this.mismatch(
        `its vision tower is a residual network ("${name}"), and only vision transformers are read`,
      );
    }
  }
}

/**
 * Reads every size of a model from the shapes of its tensors.
 *
 * @throws CheckpointMismatchError naming the tensor at fault
 */
export function geometryOf(path: string, tensors: Descriptions): Geometry {
  const shapes = new Shapes(path, tensors);
  shapes.refuseResidualNetwork();
  const [width = 0, , patchSize = 0] = shapes.of('visual.conv1.weight', 4);
  const [positions = 0] = shapes.of('visual.positional_embedding', 2);
  const side = Math.sqrt(positions - 1);
  if (!Number.isInteger(side) || side < 1) {
    throw shapes.mismatch(
      `"visual.positional_embedding" has ${positions} positions, which is no square and one`,
    );
  }
  const [visionHidden = 0] = shapes.of('visual.transformer.resblocks.0.mlp.c_fc.weight', 2);
  const [, embedding = 0] = shapes.of('visual.proj', 2);
  const [vocabulary = 0, textWidth = 0] = shapes.of('bert.embeddings.word_embeddings.weight', 2);
  const [textPositions = 0] = shapes.of('bert.embeddings.position_embeddings.weight', 2);
  const [tokenTypes = 0] = shapes.of('bert.embeddings.token_type_embeddings.weight', 2);
  const [textHidden = 0] = shapes.of('bert.encoder.layer.0.intermediate.dense.weight', 2);
  return {
    vision: {
      imageSize: side * patchSize,
      patchSize,
      width,
      layers: shapes.layers('visual.transformer.resblocks.'),
      heads: shapes.heads('vision', width),
      hidden: visionHidden,
    },
    text: {
      vocabulary,
      positions: textPositions,
      width: textWidth,
      layers: shapes.layers('bert.encoder.layer.'),
      heads: shapes.heads('text', textWidth),
      hidden: textHidden,
      tokenTypes,
    },
    embedding,
  };
}
