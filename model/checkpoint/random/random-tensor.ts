import { elementsOf } from '../element-types.ts';

/** Logit scale at which the reference begins its training, as checkpoints hold it: a logarithm. */
const FIRST_LOGIT_SCALE = Math.log(90);

function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** Nearly normal numbers, fast: sums of four uniform ones of a linear congruence, standard deviation 1. */
function* normals(seed: number, count: number): Generator<number> {
  let state = seed || 1;
  for (let index = 0; index < count; index += 1) {
    let sum = 0;
    for (let part = 0; part < 4; part += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      sum += state / 0x1_0000_0000;
    }
    yield (sum - 2) * Math.sqrt(3);
  }
}

/**
 * Random values for a tensor of RET-CLIP, such that a layer neither swells nor fades what goes through it. The same seed
 * and name give the same values.
 */
export function randomTensor(
  seed: string,
  name: string,
  shape: readonly number[],
): Float32Array<ArrayBuffer> {
  const data = new Float32Array(elementsOf(shape));
  if (name.startsWith('logit_scale')) return data.fill(FIRST_LOGIT_SCALE);
  const isScale = /(?:(?:ln_\w+|LayerNorm|bn\d?|downsample\.1)\.weight|running_var)$/.test(name);
  const inputs = shape.length === 1 ? 100 : data.length / (shape[0] ?? 1);
  const spread = isScale ? 0.1 : 1 / Math.sqrt(inputs);
  let index = 0;
  for (const value of normals(seedOf(`${seed}\u0000${name}`), data.length)) {
    data[index] = (isScale ? 1 : 0) + spread * value;
    index += 1;
  }
  return data;
}
