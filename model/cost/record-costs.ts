import { amendVariants } from '../bundle/amend-manifest.ts';
import type { Cost } from '../bundle/cost.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import { BundleError } from '../errors.ts';
import type { Precision } from '../onnx/layers.ts';
import { measureCost } from './measure-cost.ts';

/**
 * Measures what an image costs in each precision of a bundle that runs here, one after the other.
 *
 * @param told is told of each precision before it is measured
 */
export async function measureCosts(
  bundle: Bundle,
  told: (precision: Precision) => void = () => undefined,
): Promise<ReadonlyMap<Precision, Cost>> {
  const costs = new Map<Precision, Cost>();
  for (const precision of Object.keys(bundle.manifest.variants) as Precision[]) {
    told(precision);
    try {
      costs.set(precision, await measureCost(bundle, precision));
    } catch (error) {
      // A GPU's number format that this processor does not compute costs nothing here.
      if (!(error instanceof BundleError)) throw error;
    }
  }
  return costs;
}

/**
 * Writes costs into a bundle's manifest, in place of former ones. The bundle keeps its id.
 *
 * @returns the bundle as it is now
 * @throws BundleError if the manifest cannot be written
 */
export function recordCosts(bundle: Bundle, cost: ReadonlyMap<Precision, Cost>): Promise<Bundle> {
  return amendVariants(bundle, 'The cost', { cost });
}
