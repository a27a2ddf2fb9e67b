import { offeredPrecisions } from '../bundle/offered-precisions.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import type { Precision } from '../onnx/layers.ts';
import type { FeaturesOrigin } from './features-layout.ts';

/** What a features file says of features that a bundle computes in a precision. */
export function originOf({ manifest }: Pick<Bundle, 'manifest'>, precision: Precision): FeaturesOrigin {
  const { id, preprocessing, trained } = manifest;
  const equivalents = offeredPrecisions(manifest);
  return { model: id, preprocessing: preprocessing.id, trained, precision, equivalents };
}
