import { basename, join } from 'node:path';
import { hashFile } from '../bundle/file-hash.ts';
import { DETECTOR_FILE, type Manifest } from '../bundle/manifest.ts';
import { openMbconvClassifier } from '../checkpoint/open-mbconv-classifier.ts';
import { DetectorError } from '../errors.ts';
import { DETECTOR_OUTPUTS, detectorGraph } from '../onnx/detector-graph.ts';
import { writeModel } from '../onnx/write-model.ts';
import { readDetectorSettings } from './detector-settings.ts';

/**
 * Writes a detector's graph into a bundle's folder.
 *
 * @param checkpoint path of its weights; its settings lie beside it
 * @param imageSize side of the bundle's pictures, in pixels
 * @returns what the manifest says of it
 * @throws DetectorError, CheckpointMismatchError, UnreadableFileError
 */
export async function writeDetector(
  directory: string,
  checkpoint: string,
  imageSize: number,
): Promise<NonNullable<Manifest['detector']>> {
  const { lateralityThreshold, reference, accuracy } = await readDetectorSettings(checkpoint);
  let side: number;
  const classifier = await openMbconvClassifier(checkpoint);
  try {
    const { outputs, body } = classifier;
    if (outputs !== DETECTOR_OUTPUTS) {
      throw new DetectorError(
        `"${checkpoint}" gives ${outputs} numbers for a picture but a detector gives ${DETECTOR_OUTPUTS}: of a left eye, and of a gradable one.`,
      );
    }
    if (body.imageSize > imageSize) {
      throw new DetectorError(
        `The detector "${checkpoint}" looks at ${body.imageSize} px but the model's pictures have ${imageSize} px. Train a smaller one.`,
      );
    }
    side = body.imageSize;
    await writeModel(join(directory, DETECTOR_FILE), detectorGraph(classifier, imageSize));
  } finally {
    await classifier.close();
  }
  return {
    graph: DETECTOR_FILE,
    lateralityThreshold,
    imageSize: side,
    reference,
    accuracy,
    checkpoint: basename(checkpoint),
    checkpointSha256: (await hashFile(checkpoint)).sha256,
  };
}
