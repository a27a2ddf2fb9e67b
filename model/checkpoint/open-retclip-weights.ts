import { findTensors } from './find-tensors.ts';
import type { ToldGeometry } from './geometry/attention-heads.ts';
import type { CheckpointEvidence } from './geometry/evidence.ts';
import { geometryOf } from './geometry-of.ts';
import { openTensorArchive } from './open-tensor-archive.ts';
import { refuseRetClipPlus } from './retclip-plus.ts';
import { canonicalTensors } from './tensors/canonical-tensors.ts';
import { RETCLIP_MARKERS, type StoredTensor, weightSet } from './weight-set.ts';
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

/** What a checkpoint's owner tells of it. */
export interface ToldOfCheckpoint extends ToldGeometry {
  /** What stands before the names of the wanted set of weights, where a file has several. */
  readonly key?: string;
}

async function weightsOf(archive: TensorArchive, told: ToldOfCheckpoint): Promise<RetClipWeights> {
  const stored = weightSet(archive, RETCLIP_MARKERS, told.key);
  refuseRetClipPlus(archive.path, [...stored.keys()]);
  const { geometry, assumptions } = await geometryOf(evidenceOf(archive, stored), told);
  const tensors = findTensors(archive, stored, canonicalTensors(geometry), "RET-CLIP's model");
  return {
    ...tensors,
    geometry,
    assumptions,
    storedType: FIRST_KERNELS.flatMap((name) => stored.get(name)?.type ?? [])[0] ?? 'float32',
    files: archive.files,
    close: () => archive.close(),
  };
}

/**
 * Opens a RET-CLIP checkpoint of any variant: bare or within dictionaries, with what parallel training, Lightning,
 * DeepSpeed and `torch.compile` put before its names, in any float type, attention fused or not, with a vision tower of any
 * kind that is read.
 *
 * @param told what no tensor tells: see {@link ToldOfCheckpoint}
 * @throws UntoldWeightsError if a file has several sets of weights and `told.key` names none of them
 * @throws CheckpointMismatchError naming every tensor that is missing, unknown or of a wrong shape, or what is to be told
 * @throws UnreadableFileError, UnsafePickleError if it is not such a file
 * @example
 * const weights = await openRetClipWeights('ret-clip.pt');
 * weights.geometry.vision.imageSize; // 224
 */
export async function openRetClipWeights(path: string, told: ToldOfCheckpoint = {}): Promise<RetClipWeights> {
  const archive = await openTensorArchive(path);
  try {
    return await weightsOf(archive, told);
  } catch (error) {
    await archive.close();
    throw error;
  }
}
