import { findTensors, type StoredTensor, withoutPrefix } from './find-tensors.ts';
import type { ToldGeometry } from './geometry/attention-heads.ts';
import type { CheckpointEvidence } from './geometry/evidence.ts';
import { geometryOf } from './geometry-of.ts';
import { openTensorArchive } from './open-tensor-archive.ts';
import { canonicalTensors } from './tensors/canonical-tensors.ts';
import type { RetClipWeights, TensorArchive } from './weights.ts';

/** The first convolution of every kind of vision tower. */
const FIRST_KERNELS = ['visual.conv1.weight', 'visual.stem.conv.weight'];

/** A file as what tells a model's sizes. */
export function evidenceOf(
  archive: TensorArchive,
  stored: ReadonlyMap<string, StoredTensor>,
): CheckpointEvidence {
  return {
    path: archive.path,
    tensors: stored,
    read: (name) => archive.read(stored.get(name)?.fileName ?? name),
  };
}

async function weightsOf(archive: TensorArchive, told: ToldGeometry): Promise<RetClipWeights> {
  const stored = withoutPrefix(archive);
  const { geometry, assumptions } = await geometryOf(evidenceOf(archive, stored), told);
  const tensors = findTensors(archive, stored, canonicalTensors(geometry), "RET-CLIP's model");
  return {
    ...tensors,
    geometry,
    assumptions,
    storedType: FIRST_KERNELS.flatMap((name) => stored.get(name)?.type ?? [])[0] ?? 'float32',
    close: () => archive.close(),
  };
}

/**
 * Opens a RET-CLIP checkpoint of any variant: bare or wrapped, with or without `module.`, in any float type, attention
 * fused or not, with a vision tower of any kind that is read.
 *
 * @param told what no tensor tells: see {@link ToldGeometry}
 * @throws CheckpointMismatchError naming every tensor that is missing, unknown or of a wrong shape, or what is to be told
 * @throws UnreadableFileError, UnsafePickleError if it is not such a file
 * @example
 * const weights = await openRetClipWeights('ret-clip.pt');
 * weights.geometry.vision.imageSize; // 224
 */
export async function openRetClipWeights(path: string, told: ToldGeometry = {}): Promise<RetClipWeights> {
  const archive = await openTensorArchive(path);
  try {
    return await weightsOf(archive, told);
  } catch (error) {
    await archive.close();
    throw error;
  }
}
