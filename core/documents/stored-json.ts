import { z } from 'zod';
import { ConfigurationError, ObjectNotFoundError } from '../errors.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/**
 * Reads a JSON document from the store and checks it.
 *
 * @returns `undefined` if there is none
 * @throws ConfigurationError naming the key and the field at fault
 */
export async function readStoredJson<Schema extends z.ZodType>(
  store: Pick<ObjectStore, 'get'>,
  key: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  let text: string;
  try {
    text = Buffer.from((await store.get(key)).content).toString('utf8');
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
  return parseStoredJson(key, text, schema);
}

/**
 * Checks a JSON document that was read from the store.
 *
 * @throws ConfigurationError naming the key and the field at fault
 */
export function parseStoredJson<Schema extends z.ZodType>(
  key: string,
  text: string,
  schema: Schema,
): z.infer<Schema> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new ConfigurationError(`"${key}" is not JSON. Write it again.`);
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success)
    throw new ConfigurationError(`"${key}" does not fit its schema: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
