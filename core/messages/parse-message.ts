import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';

/**
 * Reads a queue message's body.
 *
 * @throws InvalidInputError telling which field is wrong
 * @example parseMessage(examCheckSchema, message.body)
 */
export function parseMessage<Schema extends z.ZodType>(schema: Schema, body: string): z.infer<Schema> {
  let content: unknown;
  try {
    content = JSON.parse(body);
  } catch {
    throw new InvalidInputError(`Expected a JSON message but received ${JSON.stringify(body.slice(0, 80))}.`);
  }
  const parsed = schema.safeParse(content);
  if (!parsed.success) {
    throw new InvalidInputError(`The message does not fit its schema: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
