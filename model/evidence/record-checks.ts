import { amendManifest } from '../bundle/amend-manifest.ts';
import type { EvidenceChecks } from '../bundle/evidence-checks.ts';
import type { Bundle } from '../bundle/open-bundle.ts';

/**
 * Writes how evidence maps were judged into a bundle's manifest, in place of a former judgement. The bundle keeps its id.
 *
 * @returns the bundle as it is now
 * @throws BundleError if the manifest cannot be written
 */
export function recordEvidenceChecks(bundle: Bundle, checks: EvidenceChecks): Promise<Bundle> {
  return amendManifest(bundle, 'The judgement of evidence maps', (manifest) => {
    manifest.evidence = checks;
  });
}
