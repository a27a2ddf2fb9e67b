import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OutcomePolicy, outcomePolicySchema, policyId } from '../../core/policies/index.ts';
import { BundleError } from '../errors.ts';
import type { Manifest } from './manifest.ts';

/** Folder of a bundle's policies. */
export const POLICIES_FOLDER = 'policies';

async function readPolicy(path: string): Promise<OutcomePolicy> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new BundleError(`Policy "${path}" is missing or is not JSON. Copy the bundle again.`, {
      cause: error,
    });
  }
  const parsed = outcomePolicySchema.safeParse(content);
  if (!parsed.success) throw new BundleError(`"${path}" is no outcome policy. Copy the bundle again.`);
  return parsed.data;
}

/**
 * Reads a bundle's named policies.
 *
 * @throws BundleError naming the one that was changed, or that is meant for a head that the bundle does not have
 */
export async function readPolicies(
  directory: string,
  { heads, policies = [] }: Pick<Manifest, 'heads' | 'policies'>,
): Promise<readonly (OutcomePolicy & { readonly name: string })[]> {
  return Promise.all(
    policies.map(async ({ name, id, file }) => {
      const path = join(directory, file);
      const policy = await readPolicy(path);
      if (policyId(policy) !== id || policy.name !== name) {
        throw new BundleError(
          `Policy "${path}" is not the one that the bundle names: it was changed after it was added.`,
        );
      }
      const stranger = policy.thresholds.find(
        ({ head, headId }) =>
          headId !== undefined && !heads.some((own) => own.name === head && own.id === headId),
      );
      if (stranger !== undefined) {
        throw new BundleError(
          `Policy "${path}" has thresholds for head "${stranger.head}" (${stranger.headId}), which is none of the bundle's. Choose it again: retclip policy fit`,
        );
      }
      return { ...policy, name };
    }),
  );
}
