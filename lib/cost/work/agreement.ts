import { CostError } from '../errors.ts';
import { callsOf } from './calls.ts';
import type { Counted } from './counted.ts';
import { operationsOf, type RequestClass } from './operations.ts';
import { type Workload, workloadOf } from './workload.ts';

/** How far model and count may be apart, of a class of requests. */
export const TOLERANCE = 0.05;

/** What the model says of a class of requests for all exams that were counted, and what was counted. */
export interface Agreement {
  readonly request: RequestClass | 'lambdaRequest';
  readonly modelled: number;
  readonly counted: number;
  /** (modelled − counted) / counted */
  readonly difference: number;
}

const CLASSES = ['s3Put', 's3Get', 'sqsRequest', 'dynamoRead', 'dynamoWrite', 'event', 'vectors'] as const;

/** How AWS bills an operation that was counted. */
function classOf(operation: string): RequestClass {
  const [service = '', first = '', permission = ''] = operation.split(' ');
  switch (service) {
    case 's3':
      if (first === 'PUT' || first === 'POST' || (first === 'GET' && permission.startsWith('List')))
        return 's3Put';
      return first === 'DELETE' ? 's3Free' : 's3Get';
    case 'sqs':
      return 'sqsRequest';
    case 'dynamodb':
      return /Get|Query/.test(first) ? 'dynamoRead' : 'dynamoWrite';
    case 'events':
      return 'event';
    case 's3vectors':
      return 'vectors';
    default:
      throw new CostError(`The model has no class for the request "${operation}".`);
  }
}

function countOf({ requests }: Counted, part: string, operation: RegExp): number {
  return Object.entries(requests[part] ?? {})
    .filter(([name]) => operation.test(name))
    .reduce((sum, [, { count }]) => sum + count, 0);
}

/** The workload that was counted: its batches as full, its readers as busy, its writes as often at the same moment. */
export function workloadCounted(counted: Counted): Workload {
  const { exams, imagesPerExam, functions } = counted;
  const fillOf = (part: string) => {
    const { calls = 1, messages = 1 } = functions[part] ?? {};
    return messages / calls;
  };
  const images = exams * imagesPerExam;
  return {
    ...workloadOf(exams, 'gpu'),
    imagesPerExam,
    readShare: ((functions.prepare?.messages ?? images) - images) / images,
    collisionShare: countOf(counted, 'intake', /TransactWriteItems/) / exams - 1,
    apiCallsPerExam: (functions.api?.calls ?? 0) / exams,
    fill: {
      prepare: fillOf('prepare'),
      intake: fillOf('intake'),
      screen: exams / countOf(counted, 'gpu-worker', /DeleteMessage/),
      aggregate: fillOf('aggregate'),
      'index-exam': fillOf('index-exam'),
      webhooks: fillOf('webhooks'),
    },
  };
}

/** Compares the model with what was counted, class by class. */
export function agreementOf(counted: Counted): readonly Agreement[] {
  const work = workloadCounted(counted);
  const operations = operationsOf(work);
  const requests = Object.values(counted.requests).flatMap((ofPart) => Object.entries(ofPart));
  const compared = (request: Agreement['request'], modelled: number, number: number): Agreement => ({
    request,
    modelled,
    counted: number,
    difference: (modelled - number) / number,
  });
  const parts = ['prepare', 'intake', 'aggregate', 'index-exam', 'webhooks'] as const;
  return [
    ...CLASSES.map((one) =>
      compared(
        one,
        counted.exams *
          operations.filter(({ request }) => request === one).reduce((sum, { count }) => sum + count, 0),
        requests
          .filter(([operation]) => classOf(operation) === one)
          .reduce((sum, [, { count }]) => sum + count, 0),
      ),
    ),
    compared(
      'lambdaRequest',
      counted.exams * (parts.reduce((sum, part) => sum + callsOf(part, work), 0) + work.apiCallsPerExam),
      Object.values(counted.functions).reduce((sum, { calls }) => sum + calls, 0),
    ),
  ];
}

/** Lines that say where the model and the count are further apart than they may be; none if they agree. */
export function disagreements(counted: Counted): readonly string[] {
  return agreementOf(counted)
    .filter(({ difference }) => !(Math.abs(difference) <= TOLERANCE))
    .map(
      ({ request, modelled, counted: number, difference }) =>
        `${request}: the model says ${modelled.toFixed(0)}, ${number} were counted (${(100 * difference).toFixed(1)} %)`,
    );
}
