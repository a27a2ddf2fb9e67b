import { PRECISIONS } from '../activation/precisions.ts';
import { DamagedShardError } from '../errors.ts';
import { featuresOfRow } from '../exams/exam-features.ts';
import type { StoredBatch } from '../ports/feature-store.ts';
import { decodeSafetensors, type TensorsFile } from '../tensors/safetensors.ts';
import { MalformedTensorsError } from '../tensors/safetensors-header.ts';
import { FEATURE_TENSORS, PRESENT_TENSOR } from './feature-tensors.ts';
import { readImageTensors } from './read-image-tensors.ts';

function decode(file: Uint8Array, shard: string): TensorsFile {
  try {
    return decodeSafetensors(file);
  } catch (error) {
    if (!(error instanceof MalformedTensorsError)) throw error;
    throw new DamagedShardError(shard, error.message, { cause: error });
  }
}

/**
 * Reads a shard of features.
 *
 * @param shard its name, for errors
 * @throws DamagedShardError if it is cut or contradicts itself
 */
export function readShard(file: Uint8Array, shard: string): StoredBatch {
  const { tensors, metadata } = decode(file, shard);
  const [rows = 0, embedding = 0] = tensors.get(FEATURE_TENSORS[0])?.shape ?? [];
  const matrix = (name: (typeof FEATURE_TENSORS)[number]): Float32Array => {
    const tensor = tensors.get(name);
    if (!(tensor?.data instanceof Float32Array)) throw new DamagedShardError(shard, `"${name}" is missing`);
    if (tensor.shape[0] !== rows || tensor.shape[1] !== embedding)
      throw new DamagedShardError(shard, `"${name}" has another shape than "${FEATURE_TENSORS[0]}"`);
    return tensor.data;
  };
  const matrices = {
    leftVisual: matrix('left_visual'),
    rightVisual: matrix('right_visual'),
    left: matrix('left'),
    right: matrix('right'),
    patient: matrix('patient'),
  };
  const present = tensors.get(PRESENT_TENSOR)?.data;
  if (!(present instanceof Uint8Array) || present.length !== 2 * rows)
    throw new DamagedShardError(shard, 'it does not say which eyes are present');
  const imagesOfRows = readImageTensors(tensors, shard, { exams: rows, embedding });
  const equivalents = metadata.equivalents?.split(' ') ?? [];
  return {
    model: metadata.model,
    embedding,
    precision: PRECISIONS.find((known) => known === metadata.precision) ?? null,
    equivalents: PRECISIONS.filter((known) => equivalents.includes(known)),
    exam(row) {
      if (row >= rows) return null;
      const eyes = { left: present[2 * row] === 1, right: present[2 * row + 1] === 1 };
      const features = featuresOfRow(matrices, embedding, row, eyes);
      const images = imagesOfRows.get(row);
      return images === undefined ? features : { ...features, images };
    },
  };
}
