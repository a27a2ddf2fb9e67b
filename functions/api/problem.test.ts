import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { awsCallError } from '../../aws/faults/tell-faults.ts';
import { problemOf } from './problem.ts';

async function answered(error: Error) {
  const app = new Hono();
  app.onError((thrown, context) => problemOf(context, thrown));
  app.get('/', () => {
    throw error;
  });
  const response = await app.request('/');
  const { detail } = (await response.json()) as { detail: string };
  return { status: response.status, detail, retryAfter: response.headers.get('retry-after') };
}

function ofS3(name: string, httpStatusCode: number, message: string): Error {
  const error = Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
  const input = { Bucket: 'data', Key: 'images/north/P1/2026-05-01/left.jpg' };
  return awsCallError(error, { service: 'S3', operation: 'GetObject', input });
}

describe('what a caller is told of a fault inside', () => {
  it('is the name and the permission that lacks, and no name of a patient, a bucket or an account', async () => {
    const resource = 'arn:aws:s3:::data/images/north/P1/2026-05-01/left.jpg';
    const text = `User: arn:aws:sts::111122223333:assumed-role/api/s is not authorized to perform: s3:GetObject on resource: "${resource}" because no identity-based policy allows the s3:GetObject action`;
    expect(await answered(ofS3('AccessDenied', 403, text))).toEqual({
      status: 500,
      detail:
        "The request failed inside the system. S3 GetObject failed: AccessDenied (HTTP 403). The system's role lacks s3:GetObject. It is logged.",
      retryAfter: null,
    });
  });

  it('is when to ask again, if it passes', async () => {
    const slow = await answered(ofS3('SlowDown', 503, 'Please reduce your request rate.'));
    expect(slow).toMatchObject({ status: 503, retryAfter: '5' });
    expect(slow.detail).toContain('SlowDown');
  });

  it('is nothing of any other error', async () => {
    const { status, detail } = await answered(new Error('secret of data/images/north/P1'));
    expect(status).toBe(500);
    expect(detail).not.toContain('P1');
  });
});
