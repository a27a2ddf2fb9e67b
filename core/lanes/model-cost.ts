import { z } from 'zod';
import { readStoredJson } from '../documents/stored-json.ts';
import { bundleFileKey } from '../keys/bundle-file-key.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** What is read here of a bundle's manifest. Former releases wrote no cost. */
const manifestSchema = z.object({
  variants: z.record(
    z.string(),
    z.object({ cost: z.object({ coreMilliseconds: z.number().positive() }).optional() }),
  ),
});

/**
 * What one image costs on a processor by a bundle in the store, in core-milliseconds: in fp32, which processors run, else
 * in the dearest precision that was measured.
 *
 * @returns `null` if the bundle does not say it, or is not there
 * @throws ConfigurationError if its manifest is damaged
 */
export async function coreMillisecondsOf(
  store: Pick<ObjectStore, 'get'>,
  model: string,
): Promise<number | null> {
  const manifest = await readStoredJson(store, bundleFileKey(model, 'model.json'), manifestSchema);
  if (manifest === undefined) return null;
  const { fp32, ...others } = manifest.variants;
  if (fp32?.cost !== undefined) return fp32.cost.coreMilliseconds;
  const known = Object.values(others).flatMap(({ cost }) => cost?.coreMilliseconds ?? []);
  return known.length > 0 ? Math.max(...known) : null;
}
