import { type CallingPart, callsOf, messagesOf } from './calls.ts';
import type { Workload } from './workload.ts';

/** How AWS bills a request. */
export type RequestClass =
  | 's3Put'
  | 's3Get'
  | 's3Free'
  | 'sqsRequest'
  | 'dynamoRead'
  | 'dynamoWrite'
  | 'event'
  | 'vectors';

/** Requests of one kind that one part of the system makes for an exam. */
export interface Operation {
  readonly part: CallingPart | 'api' | 'screen';
  readonly request: RequestClass;
  readonly what: string;
  readonly count: number;
  /** Units for each of them, where the service bills units: of DynamoDB. */
  readonly units?: number;
}

/**
 * Items of the exam table in KB, as they were when sixty exams were counted: the first write, the one with the request, the
 * one with the result. And what an index holds of one.
 */
const ITEM_KILOBYTES = { begun: 2, asked: 4, answered: 12, indexed: 2 } as const;

/** Each change of an exam's place in an index removes one entry and writes another. */
const MOVED = 2 * ITEM_KILOBYTES.indexed;

/**
 * What an exam asks of AWS from its upload to its answer. The polling of queues by Lambda is not in it: see `pollingOf`.
 *
 * Each line follows from the code of its part, and `npm run bench:requests` counts them on the deployed stack.
 */
export function operationsOf(work: Workload): readonly Operation[] {
  const { imagesPerExam: images, readShare: read, collisionShare, apiCallsPerExam } = work;
  const batches = 1 / work.fill.screen;
  const op = (
    part: Operation['part'],
    request: RequestClass,
    what: string,
    count: number,
    units?: number,
  ): Operation =>
    units === undefined ? { part, request, what, count } : { part, request, what, count, units };
  const calls = (part: CallingPart) => callsOf(part, work);
  const rendered = read * images;
  return [
    op('api', 's3Put', 'photographs, by presigned requests', images),
    op('api', 's3Put', 'audit trail', apiCallsPerExam),
    op('api', 's3Get', 'whether a photograph is there', images * 1.5),
    op('api', 's3Get', 'settings', apiCallsPerExam),
    op('api', 'dynamoRead', 'whether the exam is known', images * 1.1, 0.5),

    op('prepare', 's3Get', 'photographs, and whether they still stand', 3 * messagesOf('prepare', work)),
    op('prepare', 's3Get', 'whether that was done before', messagesOf('prepare', work)),
    op('prepare', 's3Get', 'which model is active', 0.4 * calls('prepare')),
    op('prepare', 's3Put', 'pixels', images),
    op('prepare', 's3Put', 'pictures for readers', 3 * rendered),
    op('prepare', 'sqsRequest', 'images are announced to intake', images),

    op('intake', 'dynamoRead', 'tombstone and exam', 2 * images + 1 + collisionShare, 1),
    op('intake', 's3Get', 'photographs as they stand', 2 * images),
    op('intake', 's3Get', 'settings', calls('intake')),
    op('intake', 's3Put', 'contents are registered and looked up', 2 * images),
    op(
      'intake',
      'dynamoWrite',
      'the exam begins, on condition of its tombstone',
      1,
      2 * ITEM_KILOBYTES.begun + 2,
    ),
    op(
      'intake',
      'dynamoWrite',
      'an image came at the same moment',
      collisionShare,
      2 * ITEM_KILOBYTES.begun + 2,
    ),
    op('intake', 'dynamoWrite', 'further images', images - 1, ITEM_KILOBYTES.asked),
    op('intake', 'event', 'ImagePrepared', images),
    op('intake', 'sqsRequest', 'check of the window, screening request', 2),

    op('screen', 'sqsRequest', 'requests are received and deleted, results sent', 3 * batches),
    op('screen', 'dynamoRead', 'whether the exam is erased', 1, 1),
    op('screen', 's3Get', 'pixels', images),
    op('screen', 's3Put', 'features', batches),
    op('screen', 's3Put', 'which row is whose', 1),

    op('aggregate', 'dynamoRead', 'the exam', 1, 1),
    op('aggregate', 'dynamoWrite', 'the result', 1, ITEM_KILOBYTES.answered),
    op('aggregate', 's3Get', 'settings', 0.5 * calls('aggregate')),
    op('aggregate', 'event', 'ExamScreened', 1),
    op('aggregate', 'sqsRequest', 'pictures for readers are asked for', read),

    op('index-exam', 'dynamoRead', 'the exam, and whether it is erased', 2, 2),
    op('index-exam', 's3Get', 'features', calls('index-exam')),
    op('index-exam', 'vectors', 'vectors are put', 1),

    op('webhooks', 's3Get', 'who wants to be told', 0.14 * calls('webhooks')),
  ];
}

/** Write units of the indexes of the table, which no request names: begun, asked for, answered, and listed to be read. */
export function indexUnitsOf({ readShare }: Workload): number {
  return ITEM_KILOBYTES.indexed + 2 * MOVED + readShare * ITEM_KILOBYTES.indexed;
}

/**
 * Requests to SQS that AWS makes: S3 and EventBridge send, Lambda receives and deletes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function pollingOf(work: Workload): number {
  const parts = ['prepare', 'intake', 'aggregate', 'index-exam', 'webhooks'] as const;
  const polled = parts.reduce((sum, part) => sum + 2 * callsOf(part, work), 0);
  const announced = work.imagesPerExam;
  return polled + announced + messagesOf('index-exam', work) + messagesOf('webhooks', work);
}
