import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readStoredJson } from '../documents/stored-json.ts';
import { InvalidInputError, ObjectChangedError, ObjectExistsError } from '../errors.ts';
import { PROGRAMS_PREFIX } from '../keys/programs-prefix.ts';
import { EVENT_TYPES } from '../messages/domain-event.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** Endpoints that one program may have. */
export const MOST_ENDPOINTS = 10;
const SECRET_BYTES = 32;
const ATTEMPTS = 5;

/** What a caller says of an endpoint. */
export const webhookRequestSchema = z
  .object({
    url: z.url({ protocol: /^https?$/ }).max(2_000),
    /** Which events are sent; all of them if left out. */
    events: z.array(z.enum(EVENT_TYPES)).min(1).optional(),
  })
  .strict();
export type WebhookRequest = Readonly<z.infer<typeof webhookRequestSchema>>;

/** Where a program's events are sent. */
export const webhookEndpointSchema = z.object({
  id: z.string().min(1),
  url: z.string().min(1),
  events: z.array(z.enum(EVENT_TYPES)).min(1),
  /** `whsec_` and 32 random bytes in base64. @see https://www.standardwebhooks.com */
  secret: z.string().min(1),
  /** Earlier events are not sent. */
  createdAt: z.iso.datetime(),
});
export type WebhookEndpoint = Readonly<z.infer<typeof webhookEndpointSchema>>;

export const webhooksSchema = z.object({
  schema: z.literal('webhooks/1'),
  endpoints: z.array(webhookEndpointSchema),
});

/** Object key of a program's webhooks. */
export function webhooksKey(program: string): string {
  return `${PROGRAMS_PREFIX}${program}/webhooks.json`;
}

/** @throws ConfigurationError if what is stored is malformed */
export async function readEndpoints(
  objects: ObjectStore,
  program: string,
): Promise<readonly WebhookEndpoint[]> {
  const stored = await readStoredJson(objects, webhooksKey(program), webhooksSchema);
  return stored?.endpoints ?? [];
}

/** Writes over just the version that was read, so that two callers lose nothing of each other's. */
async function change(
  objects: ObjectStore,
  program: string,
  transition: (endpoints: readonly WebhookEndpoint[]) => readonly WebhookEndpoint[],
): Promise<void> {
  const key = webhooksKey(program);
  for (let attempt = 1; ; attempt += 1) {
    const present = await objects.head(key);
    const endpoints = transition(await readEndpoints(objects, program));
    const content = Buffer.from(JSON.stringify({ schema: 'webhooks/1', endpoints }));
    const condition = present?.versionId
      ? { ifLatest: present.versionId }
      : { ifAbsent: present === undefined };
    try {
      await objects.put(key, content, { contentType: 'application/json', ...condition });
      return;
    } catch (error) {
      // Both say that somebody else has written in between.
      const isConflict = error instanceof ObjectExistsError || error instanceof ObjectChangedError;
      if (!isConflict || attempt >= ATTEMPTS) throw error;
    }
  }
}

/**
 * Adds an endpoint with a secret of its own.
 *
 * @throws InvalidInputError if the program has as many as it may
 */
export async function addEndpoint(
  objects: ObjectStore,
  program: string,
  request: WebhookRequest,
  now: Date,
): Promise<WebhookEndpoint> {
  const endpoint: WebhookEndpoint = {
    id: randomUUID(),
    url: request.url,
    events: request.events ?? [...EVENT_TYPES],
    secret: `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`,
    createdAt: now.toISOString(),
  };
  await change(objects, program, (endpoints) => {
    if (endpoints.length >= MOST_ENDPOINTS) {
      throw new InvalidInputError(
        `Program "${program}" has ${MOST_ENDPOINTS} webhooks already. Remove one before you add another.`,
      );
    }
    return [...endpoints, endpoint];
  });
  return endpoint;
}

/** @throws InvalidInputError if the program has no such endpoint */
export async function removeEndpoint(objects: ObjectStore, program: string, id: string): Promise<void> {
  await change(objects, program, (endpoints) => {
    const rest = endpoints.filter((endpoint) => endpoint.id !== id);
    if (rest.length === endpoints.length) throw new InvalidInputError(`There is no webhook "${id}".`);
    return rest;
  });
}
