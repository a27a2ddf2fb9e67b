import { BUNDLE_HEADS } from '../../core/keys/bundle-file-key.ts';
import { FUSION_FILE, type Manifest, REFERENCE_FILE, TEXT_FILE, VOCABULARY_FILE } from './manifest.ts';

/**
 * What of a manifest's files its id would not cover. The id is the hash of the graphs and the vocabulary; heads and
 * policies have ids of their own and lie in folders of their own, and the reference features decide nothing. So a graph
 * must not lie where heads lie, a head not where graphs lie, and whatever is loaded must be listed with its hash.
 *
 * @returns an objection in words, or `null`
 */
export function uncoveredFile(
  manifest: Pick<Manifest, 'variants' | 'detector' | 'heads' | 'policies' | 'files'>,
): string | null {
  const { variants, detector, heads, policies = [], files } = manifest;
  const graphs = [
    ...Object.values(variants).map(({ vision }) => vision),
    ...(detector === undefined ? [] : [detector.graph]),
    ...[FUSION_FILE, TEXT_FILE, VOCABULARY_FILE],
  ];
  const named: readonly (readonly [string, (name: string) => boolean, string])[] = [
    ...graphs.map((name) => [name, isGraphsPlace, 'beside "model.json"'] as const),
    ...heads.map(
      ({ file }) => [file, (name: string) => name.startsWith(BUNDLE_HEADS), 'in "heads"'] as const,
    ),
    ...policies.map(
      ({ file }) => [file, (name: string) => name.startsWith('policies/'), 'in "policies"'] as const,
    ),
  ];
  for (const [name, isItsPlace, place] of named) {
    if (!Object.hasOwn(files, name)) return `it names "${name}" but does not list it with its hash`;
    if (!isItsPlace(name)) return `it names "${name}", which would have to lie ${place}`;
  }
  const known = new Set([...named.map(([name]) => name), REFERENCE_FILE]);
  const stranger = Object.keys(files).find((name) => !isGraphsPlace(name) && !known.has(name));
  return stranger === undefined ? null : `it lists "${stranger}", which is neither a head nor a policy of it`;
}

/** Whether the id covers a file that lies here. */
function isGraphsPlace(name: string): boolean {
  return !name.includes('/') && name !== REFERENCE_FILE;
}
