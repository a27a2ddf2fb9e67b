import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';
import { type BatchJobEnded, batchJobEndedSchema } from './batch-job-ended.ts';
import { type DomainEvent, domainEventSchema, EVENT_TYPES } from './domain-event.ts';
import { examCheckSchema } from './exam-check.ts';
import { imagePreparedSchema, prepareImageSchema } from './image-prepared.ts';
import { jobPreparationSchema } from './job-preparation.ts';
import { type Announcement, isNotification, readAnnouncement } from './object-created.ts';
import { jsonOf, parseContent } from './parse-message.ts';
import { renderImageSchema } from './render-image.ts';
import { scheduleDueSchema } from './schedule-due.ts';
import { screeningRequestSchema } from './screening-request.ts';
import { screeningResultSchema } from './screening-result.ts';
import { shardRescoredSchema } from './shard-rescored.ts';
import { webhookDeliverySchema } from './webhook-delivery.ts';

/** Messages of our own: their field `schema` tells them apart. */
const ownMessageSchema = z.discriminatedUnion('schema', [
  screeningRequestSchema,
  screeningResultSchema,
  examCheckSchema,
  imagePreparedSchema,
  prepareImageSchema,
  renderImageSchema,
  shardRescoredSchema,
  scheduleDueSchema,
  jobPreparationSchema,
  webhookDeliverySchema,
]);

/** Forms that AWS prescribes, or that go to other systems, carry no `schema`. They get one when they are read. */
type ForeignMessage =
  | ({ readonly schema: 'object-created' } & Announcement)
  | { readonly schema: 'domain-event'; readonly event: DomainEvent }
  | ({ readonly schema: 'batch-job-ended' } & BatchJobEnded);

/** Every message of every queue, told apart by `schema`. One of a former form is read as its present one. */
export type QueueMessage = Readonly<z.infer<typeof ownMessageSchema>> | ForeignMessage;

/** Every `schema` that a message may have: those of former forms too. */
export type MessageSchema = QueueMessage['schema'] | 'screening-request/1' | 'screening-result/1';

const OWN: Readonly<Record<Exclude<MessageSchema, ForeignMessage['schema']>, true>> = {
  'screening-request/1': true,
  'screening-request/2': true,
  'screening-result/1': true,
  'screening-result/2': true,
  'exam-check/1': true,
  'image-prepared/1': true,
  'prepare-image/1': true,
  'render-image/1': true,
  'shard-rescored/1': true,
  'schedule-due/1': true,
  'job-preparation/1': true,
  'webhook-delivery/1': true,
};

const markedSchema = z.object({ schema: z.string() });
const eventMarkSchema = z.object({ type: z.enum(EVENT_TYPES) });
const batchMarkSchema = z.object({ detail: z.object({ parameters: z.unknown() }) });

/** Which message a content claims to be, whether or not it fits. `undefined` where it is none that is known. */
export function schemaOf(content: unknown): MessageSchema | undefined {
  if (isNotification(content)) return 'object-created';
  const { schema } = markedSchema.safeParse(content).data ?? {};
  if (schema !== undefined) return Object.hasOwn(OWN, schema) ? (schema as keyof typeof OWN) : undefined;
  if (eventMarkSchema.safeParse(content).success) return 'domain-event';
  return batchMarkSchema.safeParse(content).success ? 'batch-job-ended' : undefined;
}

/**
 * Reads a message of any queue.
 *
 * @throws InvalidInputError where it is not JSON, has an unknown form, or does not fit its form, telling which field is wrong
 * @example
 * const message = readQueueMessage(body);
 * switch (message.schema) {
 *   case 'exam-check/1': return check(message);
 *   default: throw new UnexpectedMessageError('intake', message.schema);
 * }
 */
export function readQueueMessage(body: string): QueueMessage {
  const content = jsonOf(body);
  switch (schemaOf(content)) {
    case 'object-created':
      return { schema: 'object-created', ...readAnnouncement(content) };
    case 'domain-event':
      return { schema: 'domain-event', event: parseContent(domainEventSchema, content) };
    case 'batch-job-ended':
      return { schema: 'batch-job-ended', ...parseContent(batchJobEndedSchema, content) };
    case undefined:
      throw new InvalidInputError(
        `Expected an object that is a notification, an event or a message with schema ${Object.keys(OWN).join(', ')} but received ${JSON.stringify(body.slice(0, 80))}.`,
      );
    default:
      return parseContent(ownMessageSchema, content);
  }
}

/** A queue holds a message that belongs to another one. */
export class UnexpectedMessageError extends InvalidInputError {
  constructor(receiver: string, schema: MessageSchema) {
    super(`A message with schema "${schema}" came to ${receiver}, which does not take it.`);
  }
}
