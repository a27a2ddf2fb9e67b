import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const submitJobSchema = z.object({
  jobName: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/),
  jobQueue: z.string().min(1),
  jobDefinition: z.string().min(1),
  // "The array size can be between 2 and 10,000."
  arrayProperties: z.object({ size: z.number().int().min(2).max(10_000) }).optional(),
  parameters: z.record(z.string(), z.string()),
  containerOverrides: z.object({
    environment: z.array(z.object({ name: z.string().min(1), value: z.string() })),
  }),
});

/** A job as it was submitted. */
export type SubmittedJob = z.infer<typeof submitJobSchema> & { readonly jobId: string };

export interface BatchService {
  readonly endpoint: string;
  readonly submitted: readonly SubmittedJob[];
  close(): Promise<void>;
}

/**
 * Takes SubmitJob as the service documents it. No emulator from npm speaks AWS Batch, and ministack starts no container.
 *
 * @param start told of each job taken
 */
export async function openBatchService(
  start: (job: SubmittedJob) => void = () => undefined,
): Promise<BatchService> {
  const submitted: SubmittedJob[] = [];
  const server = createServer(async (request, response) => {
    const parsed = submitJobSchema.safeParse(JSON.parse(await text(request)));
    if (request.method !== 'POST' || request.url !== '/v1/submitjob' || !parsed.success) {
      response.writeHead(400, { 'x-amzn-errortype': 'ClientException' });
      response.end(JSON.stringify({ message: String(parsed.error) }));
      return;
    }
    const jobId = `00000000-0000-4000-8000-${String(submitted.length).padStart(12, '0')}`;
    const job = { ...parsed.data, jobId };
    submitted.push(job);
    start(job);
    response.writeHead(200, { 'content-type': 'application/json' });
    const jobArn = `arn:aws:batch:us-east-1:000000000000:job/${jobId}`;
    response.end(JSON.stringify({ jobArn, jobId, jobName: parsed.data.jobName }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    submitted,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What AWS Batch sets in the containers of a job, for one of its children. */
export function containerEnvironment(
  job: SubmittedJob,
  child: number,
  attempt: number,
): Record<string, string> {
  return {
    ...Object.fromEntries(job.containerOverrides.environment.map(({ name, value }) => [name, value])),
    AWS_BATCH_JOB_ID: job.arrayProperties === undefined ? job.jobId : `${job.jobId}:${child}`,
    AWS_BATCH_JOB_ATTEMPT: String(attempt),
    ...(job.arrayProperties === undefined ? {} : { AWS_BATCH_JOB_ARRAY_INDEX: String(child) }),
  };
}

/**
 * What AWS Batch tells EventBridge at a job's end.
 *
 * @see https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html
 */
export function jobEnded(job: SubmittedJob, status: 'SUCCEEDED' | 'FAILED'): string {
  const { jobId, jobName, jobQueue, jobDefinition, parameters, arrayProperties } = job;
  return JSON.stringify({
    version: '0',
    'detail-type': 'Batch Job State Change',
    source: 'aws.batch',
    detail: { jobId, jobName, jobQueue, jobDefinition, parameters, status, arrayProperties },
  });
}
