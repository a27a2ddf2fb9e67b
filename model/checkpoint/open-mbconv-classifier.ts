import { CheckpointMismatchError } from '../errors.ts';
import { findTensors } from './find-tensors.ts';
import { Evidence } from './geometry/evidence.ts';
import { mbconvBody } from './geometry/mbconv-geometry.ts';
import { evidenceOf } from './open-retclip-weights.ts';
import { openTensorArchive } from './open-tensor-archive.ts';
import { plain } from './tensors/canonical-tensor.ts';
import { mbconvTensors } from './tensors/mbconv-tensors.ts';
import type { MbconvBody } from './vision-geometry.ts';
import { weightSet } from './weight-set.ts';
import type { NamedTensors } from './weights.ts';

/** An MBConv network whose pooled channels are read by one linear layer. */
export interface MbconvClassifier extends NamedTensors {
  readonly body: MbconvBody;
  /** Numbers that it gives for a picture. */
  readonly outputs: number;
  /** What stands before every name in the file: `visual.`, or nothing. */
  readonly prefix: string;
  close(): Promise<void>;
}

/**
 * Opens a checkpoint of a small classifier: the tensors of an MBConv tower, with or without `visual.` before
 * their names, `proj` [pooled, outputs] and `bias` [outputs].
 *
 * @throws CheckpointMismatchError naming every tensor that is missing, unknown or of a wrong shape
 * @throws UnreadableFileError, UnsafePickleError if it is not such a file
 * @example
 * const classifier = await openMbconvClassifier('detector.pt');
 * await writeModel('detector.onnx', detectorGraph(classifier, 224));
 * await classifier.close();
 */
export async function openMbconvClassifier(path: string): Promise<MbconvClassifier> {
  const archive = await openTensorArchive(path);
  try {
    const stored = weightSet(archive, [['visual.stem.conv.weight', 'stem.conv.weight']]);
    const prefix = stored.has('visual.proj') ? 'visual.' : '';
    const evidence = new Evidence(evidenceOf(archive, stored));
    const body = await mbconvBody(evidence, prefix);
    const [, outputs] = evidence.shape(`${prefix}proj`, 2);
    if (outputs === undefined) throw new CheckpointMismatchError(`"${path}" has no outputs.`);
    const tensors = [
      ...mbconvTensors(body, prefix),
      plain(`${prefix}proj`, [body.pooled, outputs]),
      plain(`${prefix}bias`, [outputs]),
    ];
    return {
      ...findTensors(archive, stored, tensors, 'an MBConv classifier'),
      ...{ body, outputs, prefix },
      close: () => archive.close(),
    };
  } catch (error) {
    await archive.close();
    throw error;
  }
}
