import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Head, headId, refuseForeignHead } from '../../core/heads/head.ts';
import { bundleHeadFile } from '../../core/keys/bundle-file-key.ts';
import { type OutcomePolicy, policyId } from '../../core/policies/index.ts';
import { BundleError } from '../errors.ts';
import { hashFile } from './file-hash.ts';
import { bundleId, MANIFEST_FILE, type Manifest } from './manifest.ts';
import type { ModelCard } from './model-card.ts';
import { type Bundle, openBundle } from './open-bundle.ts';
import { POLICIES_FOLDER } from './read-policies.ts';

/** Parts of a bundle that do not shape its features. They may change while the id stays. */
export interface BundleReadOut {
  readonly heads: readonly Head[];
  readonly policies: readonly (OutcomePolicy & { readonly name: string })[];
  readonly card: ModelCard | null;
}

async function writeParts(
  directory: string,
  { heads, policies }: BundleReadOut,
): Promise<Required<Pick<Manifest, 'heads' | 'policies'>>> {
  const write = async (file: string, content: string): Promise<void> => {
    await mkdir(dirname(join(directory, file)), { recursive: true });
    await writeFile(join(directory, file), content, { flag: 'wx' });
  };
  const entries: Required<Pick<Manifest, 'heads' | 'policies'>> = { heads: [], policies: [] };
  for (const head of heads) {
    const file = bundleHeadFile(head.name);
    await write(file, `${JSON.stringify(head)}\n`);
    entries.heads.push({ name: head.name, id: headId(head), file });
  }
  for (const policy of policies) {
    const file = `${POLICIES_FOLDER}/${policy.name}.json`;
    await write(file, `${JSON.stringify(policy, null, 2)}\n`);
    entries.policies.push({ name: policy.name, id: policyId(policy), file });
  }
  return entries;
}

/**
 * Makes a bundle of another's graphs, with heads, policies and a card of its own. The features are the same, and so is
 * the id.
 *
 * @param out must not exist
 * @throws BundleError, HeadError if something does not fit
 */
export async function remakeBundle(from: Bundle, out: string, parts: BundleReadOut): Promise<Bundle> {
  const { manifest } = from;
  for (const head of parts.heads) refuseForeignHead(head, manifest.geometry.embedding, manifest.id);
  await mkdir(out);
  const graphs = Object.keys(manifest.files).filter((name) => !name.includes('/'));
  for (const name of graphs) await copyFile(join(from.directory, name), join(out, name));
  const { heads, policies } = await writeParts(out, parts);
  const files: Manifest['files'] = {};
  for (const name of [...graphs, ...[...heads, ...policies].map(({ file }) => file)]) {
    files[name] = await hashFile(join(out, name));
  }
  const { policies: _, ...rest } = manifest;
  const remade = { ...rest, heads, ...(policies.length === 0 ? {} : { policies }), files, card: parts.card };
  if (bundleId(remade) !== manifest.id) {
    throw new BundleError(
      `The graphs of bundle "${from.directory}" changed while they were copied. Try again.`,
    );
  }
  await writeFile(join(out, MANIFEST_FILE), `${JSON.stringify(remade, null, 2)}\n`, { flag: 'wx' });
  return openBundle(out);
}
