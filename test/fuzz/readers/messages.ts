import { subjectOfMessage } from '../../../core/dead-letters/message-subject.ts';
import { CoreError } from '../../../core/errors.ts';
import { shardResultsSchema } from '../../../core/jobs/rescore-results.ts';
import { nextRun } from '../../../core/jobs/schedules/schedule-expression.ts';
import { parseImageKey } from '../../../core/keys/image-key.ts';
import { preparedKey, preparedPrefixOf } from '../../../core/keys/prepared-key.ts';
import { domainEventSchema } from '../../../core/messages/domain-event.ts';
import { examCheckSchema } from '../../../core/messages/exam-check.ts';
import { imagePreparedSchema, prepareImageSchema } from '../../../core/messages/image-prepared.ts';
import { isNotification, readAnnouncement } from '../../../core/messages/object-created.ts';
import { parseMessage } from '../../../core/messages/parse-message.ts';
import { readQueueMessage } from '../../../core/messages/queue-message.ts';
import { screeningRequestSchema } from '../../../core/messages/screening-request.ts';
import { screeningResultSchema } from '../../../core/messages/screening-result.ts';
import { shardRescoredSchema } from '../../../core/messages/shard-rescored.ts';
import { webhookDeliverySchema } from '../../../core/messages/webhook-delivery.ts';
import { decodeCursor, encodeCursor } from '../../../core/ports/page-cursor.ts';
import { EXAM } from '../../../core/testing/records.ts';
import { checkWebhookUrl } from '../../../functions/webhooks/address-guard.ts';
import type { Reader } from '../reader.ts';
import { documents, structured, texts, textual } from './mutations.ts';
import { preparationMessages, requestAndResult } from './screened-messages.ts';

const SCHEMAS = [
  ...[screeningRequestSchema, screeningResultSchema, examCheckSchema, webhookDeliverySchema],
  ...[domainEventSchema, shardRescoredSchema, shardResultsSchema, imagePreparedSchema, prepareImageSchema],
];
const SCREENED = {
  type: 'ExamScreened',
  id: 'r1',
  at: '2026-05-01T12:00:00.000Z',
  exam: EXAM,
  outcome: 'refer',
};

/** Queue messages, events and addresses. */
export const messageReaders: readonly Reader[] = [
  {
    name: 'queue-messages',
    seeds: async () => [
      ...(await requestAndResult()),
      ...preparationMessages(),
      ...(await documents({ schema: 'exam-check/1', reason: 'pairing-window', exam: EXAM }, SCREENED, {
        schema: 'webhook-delivery/1',
        endpoint: 'e1',
        event: SCREENED,
        attempt: 1,
      })()),
    ],
    mutate: structured,
    async read(input) {
      const body = input.toString();
      subjectOfMessage(body);
      let refused: unknown;
      let taken = 0;
      for (const schema of SCHEMAS) {
        try {
          parseMessage(schema, body);
          taken += 1;
        } catch (error) {
          if (!(error instanceof CoreError)) throw error;
          refused = error;
        }
      }
      try {
        readQueueMessage(body);
        taken += 1;
      } catch (error) {
        if (!(error instanceof CoreError)) throw error;
      }
      if (taken === 0) throw refused;
    },
    refusals: [CoreError],
  },
  {
    name: 's3-event',
    seeds: documents({
      Records: [
        {
          eventName: 'ObjectCreated:Put',
          s3: {
            object: { key: 'images/north/P+1/2026-05-01/%E5%B7%A6.jpg', versionId: 'v1', sequencer: '0A' },
          },
        },
      ],
    }),
    mutate: structured,
    async read(input) {
      let body: unknown;
      try {
        body = JSON.parse(input.toString());
      } catch {
        body = undefined;
      }
      const objects = isNotification(body) ? readAnnouncement(body).objects : [];
      for (const { key } of objects) parseImageKey(key);
    },
    refusals: [CoreError],
  },
  {
    name: 'image-key',
    seeds: texts('images/north/P1/2026-05-01/left.jpg', 'images/north/张伟/1/IMG_OD_2.png'),
    mutate: textual,
    read: async (input) => parseImageKey(input.toString()),
    refusals: [CoreError],
  },
  {
    name: 'prepared-key',
    seeds: texts('images/north/P1/2026-05-01/left.jpg', `images/north/张伟/1/${'é'.repeat(120)}_OD.png`),
    mutate: textual,
    async read(input) {
      const key = input.toString();
      const { exam } = parseImageKey(key);
      const place = preparedKey({ key, versionId: 'v1', sha256: '' }, 'c0ffee');
      // An erasure removes what begins so.
      if (!place.startsWith(preparedPrefixOf(exam))) throw new Error(`No erasure would find "${place}".`);
    },
    refusals: [CoreError],
  },
  {
    name: 'cursor',
    seeds: texts(encodeCursor('list', ['a', 7, 0]), encodeCursor('list', [])),
    mutate: textual,
    read: async (input) => decodeCursor('list', input.toString()),
    refusals: [CoreError],
  },
  {
    name: 'schedule',
    seeds: texts('cron(0 3 * * ? *)', 'rate(7 days)', 'at(2027-01-01T00:00:00)'),
    mutate: textual,
    read: async (input) => {
      const now = new Date('2026-05-01T00:00:00Z');
      return nextRun(input.toString(), 'Europe/Berlin', now, now);
    },
    refusals: [CoreError],
  },
  {
    name: 'webhook-url',
    seeds: texts('https://example.org/hook', 'https://[2606:4700::1]:8443/x?y#z'),
    mutate: textual,
    read: async (input) => checkWebhookUrl(input.toString()),
    // The schema has already refused a text that is not a URL.
    refusals: [CoreError, TypeError],
  },
];
