import { CheckpointMismatchError } from '../errors.ts';
import { findTensors, withoutPrefix } from './find-tensors.ts';
import { Evidence } from './geometry/evidence.ts';
import { invertedResidualBody } from './geometry/inverted-residual-geometry.ts';
import { evidenceOf } from './open-retclip-weights.ts';
import { openTensorArchive } from './open-tensor-archive.ts';
import { plain } from './tensors/canonical-tensor.ts';
import { invertedResidualTensors } from './tensors/inverted-residual-tensors.ts';
import type { InvertedResidualBody } from './vision-geometry.ts';
import type { NamedTensors } from './weights.ts';

/** A network of inverted residuals whose pooled channels are read by one linear layer. */
export interface InvertedResidualClassifier extends NamedTensors {
  readonly body: InvertedResidualBody;
  /** Numbers that it gives for a picture. */
  readonly outputs: number;
  /** What stands before every name in the file: `visual.`, or nothing. */
  readonly prefix: string;
  close(): Promise<void>;
}

/**
 * Opens a checkpoint of a small classifier: the tensors of an inverted residual tower, with or without `visual.` before
 * their names, `proj` [pooled, outputs] and `bias` [outputs].
 *
 * @throws CheckpointMismatchError naming every tensor that is missing, unknown or of a wrong shape
 * @throws UnreadableFileError, UnsafePickleError if it is no such file
 * @example
 * const classifier = await openInvertedResidualClassifier('detector.pt');
 * await writeModel('detector.onnx', detectorGraph(classifier, 224));
 * await classifier.close();
 */
export async function openInvertedResidualClassifier(path: string): Promise<InvertedResidualClassifier> {
  const archive = await openTensorArchive(path);
  try {
    const stored = withoutPrefix(archive);
    const prefix = stored.has('visual.proj') ? 'visual.' : '';
    const evidence = new Evidence(evidenceOf(archive, stored));
    const body = await invertedResidualBody(evidence, prefix);
    const [, outputs] = evidence.shape(`${prefix}proj`, 2);
    if (outputs === undefined) throw new CheckpointMismatchError(`"${path}" has no outputs.`);
    const tensors = [
      ...invertedResidualTensors(body, prefix),
      plain(`${prefix}proj`, [body.pooled, outputs]),
      plain(`${prefix}bias`, [outputs]),
    ];
    return {
      ...findTensors(archive, stored, tensors, 'a classifier of inverted residuals'),
      ...{ body, outputs, prefix },
      close: () => archive.close(),
    };
  } catch (error) {
    await archive.close();
    throw error;
  }
}
