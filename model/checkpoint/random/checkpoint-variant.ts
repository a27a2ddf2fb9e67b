import { canonicalTensors } from '../tensors/canonical-tensors.ts';
import type { Geometry } from '../weights.ts';
import { randomTensor } from './random-tensor.ts';

/** How a checkpoint was made: every variant that is seen in the wild. */
export interface CheckpointVariant {
  readonly geometry: Geometry;
  readonly seed: string;
  /** Inside of a dictionary beside epoch and name, as the training script saves it. */
  readonly wrapped?: boolean;
  /** Also with an optimizer's two moments of every tensor. */
  readonly optimizer?: boolean;
  /** With `module.` before every name, as parallel training gives it. */
  readonly parallel?: boolean;
  readonly type?: 'float32' | 'float16';
  /** How attention's query, key and value are kept. */
  readonly attention?: 'in_proj' | 'separate' | 'Wqkv';
  readonly pooler?: boolean;
}

/** A tensor as a file holds it. Its values are made when they are asked for. */
export interface StoredValues {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: () => Float32Array<ArrayBuffer>;
}

function attentionParts(
  { name, shape, values }: StoredValues,
  attention: CheckpointVariant['attention'],
): StoredValues[] {
  const match = /^(.*\.(?:attn|self|attnpool))\.in_proj_(weight|bias)$/.exec(name);
  const isText = name.startsWith('bert.');
  const isPool = name.startsWith('visual.attnpool.');
  const kept = isPool ? 'separate' : (attention ?? (isText ? 'separate' : 'in_proj'));
  if (match === null) return [{ name, shape, values }];
  const [, block = '', part = ''] = match;
  if (kept === 'in_proj' && !isText) return [{ name, shape, values }];
  if (kept === 'Wqkv') return [{ name: `${block}.Wqkv.${part}`, shape, values }];
  const [rows = 0, ...columns] = shape;
  const size = values().length / 3;
  return ['query', 'key', 'value'].map((role, index) => ({
    name: `${block}.${role}.${part}`,
    shape: [rows / 3, ...columns],
    values: () => values().slice(index * size, (index + 1) * size),
  }));
}

/** Text towers of flash-attention training keep the output projection beside `Wqkv`. */
function renamed(name: string, attention: CheckpointVariant['attention']): string {
  return attention === 'Wqkv' ? name.replace('.attention.output.dense.', '.attention.self.out_proj.') : name;
}

/** The buffers that tell what a convolutional tower's shapes do not. */
function buffersOf({ vision }: Geometry): ReadonlyMap<string, number> {
  if (vision.kind !== 'mbconv') return new Map();
  return new Map([
    ['visual.image_size', vision.imageSize],
    ['visual.batch_norm_epsilon', vision.batchNormEpsilon],
    ...vision.blocks.map(({ stride }, index) => [`visual.blocks.${index}.stride`, stride] as const),
  ]);
}

/** The value that a random checkpoint has for a tensor, in float32. */
export function valuesOf(
  { geometry, seed }: Pick<CheckpointVariant, 'geometry' | 'seed'>,
  name: string,
  shape: readonly number[],
): Float32Array<ArrayBuffer> {
  const buffer = buffersOf(geometry).get(name);
  return buffer === undefined ? randomTensor(seed, name, shape) : Float32Array.of(buffer);
}

/** The tensors of a checkpoint by the names and in the shapes of its variant. */
export function storedTensors(variant: CheckpointVariant): StoredValues[] {
  const { geometry, attention, parallel = false, pooler = false } = variant;
  const tensors = canonicalTensors(geometry).flatMap(({ name, shape }) =>
    attentionParts({ name, shape, values: () => valuesOf(variant, name, shape) }, attention),
  );
  const { width } = geometry.text;
  const unused: StoredValues[] = [
    {
      name: 'bert.pooler.dense.weight',
      shape: [width, width],
      values: () => new Float32Array(width * width),
    },
    { name: 'bert.pooler.dense.bias', shape: [width], values: () => new Float32Array(width) },
  ];
  return [...tensors, ...(pooler ? unused : [])].map((tensor) => ({
    ...tensor,
    name: `${parallel ? 'module.' : ''}${renamed(tensor.name, attention)}`,
  }));
}
