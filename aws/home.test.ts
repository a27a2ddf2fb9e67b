import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { awsClients } from './home.ts';

/** How many exams of a re-scored shard are written at once. */
const AT_ONCE = 256;

/** Answers no request before so many are there. */
async function openPatientService() {
  let waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    request.resume();
    waiting.push(() => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}'));
    if (waiting.length < AT_ONCE) return;
    for (const answer of waiting) answer();
    waiting = [];
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("a process's connections to AWS", () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each(['dynamo', 's3'] as const)(
    'are as many to %s as exams are written at once, so that none waits in line',
    async (service) => {
      await using patient = await openPatientService();
      vi.stubEnv('AWS_ENDPOINT_URL', patient.endpoint);
      vi.stubEnv('AWS_REGION', 'us-east-1');
      // What emulators take; none of them is a secret.
      vi.stubEnv('AWS_ACCESS_KEY_ID', 'S3RVER');
      vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'S3RVER');
      const clients = awsClients();
      const ask = () =>
        service === 'dynamo'
          ? clients.dynamo.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'p' } } }))
          : clients.s3.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'key' }));
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, ask));
      expect(answers).toHaveLength(AT_ONCE);
      for (const client of Object.values(clients)) client.destroy();
    },
  );
});
