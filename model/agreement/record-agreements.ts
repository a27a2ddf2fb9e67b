import type { Agreement } from '../bundle/agreement.ts';
import { amendVariants } from '../bundle/amend-manifest.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import type { Precision } from '../onnx/layers.ts';

/**
 * Writes the evidence of precisions into a bundle's manifest, in place of former evidence.
 *
 * @returns the bundle as it is now
 * @throws BundleError if the manifest cannot be written
 */
export function recordAgreements(
  bundle: Bundle,
  agreement: ReadonlyMap<Precision, Agreement>,
): Promise<Bundle> {
  return amendVariants(bundle, 'The evidence', { agreement });
}
