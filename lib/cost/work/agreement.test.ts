import { describe, expect, it } from 'vitest';
import { agreementOf, disagreements, TOLERANCE, workloadCounted } from './agreement.ts';
import type { Counted } from './counted.ts';
import { readCounted } from './read-counted.ts';

const counted = readCounted();

/** The record, with requests of one operation counted several times. */
function repeated(part: string, operation: string, times: number): Counted {
  const ofPart = counted.requests[part] ?? {};
  const { count = 0, bytes = 0 } = ofPart[operation] ?? {};
  return {
    ...counted,
    requests: {
      ...counted.requests,
      [part]: { ...ofPart, [operation]: { count: Math.round(count * times), bytes } },
    },
  };
}

describe('the model of requests', () => {
  it('agrees within 5 % with what was counted on the deployed stack, class by class', () => {
    expect(TOLERANCE).toBe(0.05);
    expect(disagreements(counted)).toEqual([]);
    expect(agreementOf(counted).map(({ request }) => request)).toEqual([
      ...['s3Put', 's3Get', 'sqsRequest', 'dynamoRead', 'dynamoWrite', 'event', 'vectors'],
      'lambdaRequest',
    ]);
  });

  it('is of enough exams that a request more for each exam is seen', () => {
    expect(counted.exams).toBeGreaterThanOrEqual(50);
    const pixelsTwice = repeated('gpu-worker', 's3 GET GetObject', 2);
    expect(disagreements(pixelsTwice).join()).toMatch(/^s3Get: the model says \d+, \d+ were counted/);
    const resultsTwice = repeated('aggregate', 'dynamodb PutItem', 2);
    expect(disagreements(resultsTwice).join()).toMatch(/^dynamoWrite/);
    const eventsTwice = repeated('intake', 'events PutEvents', 2);
    expect(disagreements(eventsTwice).join()).toMatch(/^event/);
  });

  it('says of a service that it does not know that it does not know it', () => {
    const foreign = { ...counted, requests: { api: { 'sts AssumeRole': { count: 1, bytes: 0 } } } };
    expect(() => agreementOf(foreign)).toThrow(/sts AssumeRole/);
  });

  it('takes batches and readers as they were counted', () => {
    const work = workloadCounted(counted);
    const { prepare } = counted.functions;
    expect(work.fill.prepare).toBeCloseTo((prepare?.messages ?? 0) / (prepare?.calls ?? 1), 9);
    expect(work.readShare).toBeCloseTo((prepare?.messages ?? 0) / (2 * counted.exams) - 1, 9);
  });
});
