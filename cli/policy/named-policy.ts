import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { reasonOf } from '../../core/errors.ts';
import { DEFAULT_POLICY, type OutcomePolicy, outcomePolicySchema } from '../../core/policies/index.ts';
import type { Bundle } from '../../model/bundle/index.ts';
import { WrongUseError } from '../errors.ts';

/** What a program decides by that has set nothing. */
export const DEFAULT_NAME = 'default';

/** Reads a policy from a file. @throws WrongUseError naming the file and the field at fault */
export async function readPolicyFile(path: string): Promise<OutcomePolicy> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new WrongUseError(`Policy "${path}" cannot be read as JSON: ${reasonOf(error)}`);
  }
  const parsed = outcomePolicySchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new WrongUseError(`"${path}" is no outcome policy: ${z.prettifyError(parsed.error)}`);
}

/**
 * Finds a policy: a file of this name, else one of the bundle's, else the default one.
 *
 * @throws WrongUseError naming the policies that there are
 */
export async function findPolicy(
  wanted: string,
  { policies }: Pick<Bundle, 'policies'>,
): Promise<OutcomePolicy> {
  const file = await stat(wanted).catch(() => undefined);
  if (file?.isFile() === true) return readPolicyFile(wanted);
  const own = policies.find(({ name }) => name === wanted);
  if (own !== undefined) return own;
  if (wanted === DEFAULT_NAME) return DEFAULT_POLICY;
  const names = [...policies.map(({ name }) => name), DEFAULT_NAME].join(', ');
  throw new WrongUseError(
    `There is no file "${wanted}", and no policy of that name: the bundle has ${names}.`,
  );
}
