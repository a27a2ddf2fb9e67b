import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';

/**
 * Reads the body of a queue message that can have one form only. `readQueueMessage` reads one of any form.
 *
 * @throws InvalidInputError telling which field is wrong
 * @example parseMessage(examCheckSchema, message.body)
 */
export function parseMessage<Schema extends z.ZodType>(schema: Schema, body: string): z.infer<Schema> {
  return parseContent(schema, jsonOf(body));
}

/** @throws InvalidInputError where the body is not JSON */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new InvalidInputError(`Expected a JSON message but received ${JSON.stringify(body.slice(0, 80))}.`);
  }
}

/** @throws InvalidInputError telling which field is wrong */
export function parseContent<Schema extends z.ZodType>(schema: Schema, content: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(content);
  if (!parsed.success) {
    throw new InvalidInputError(`The message does not fit its schema: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}
