import { z } from 'zod';
import { UnknownActionError } from '../errors.ts';
import {
  type AccountFacts,
  arn,
  jsonBody,
  type NamedPermission,
  type ServiceRequest,
} from './service-request.ts';

const submitSchema = z.object({
  jobQueue: z.string(),
  jobDefinition: z.string(),
  tags: z.record(z.string(), z.string()).optional(),
});
const jobSchema = z.object({ jobId: z.string() });

/**
 * What a request to Batch needs. A job is submitted to a queue by a definition, and both must be permitted.
 *
 * @throws UnknownActionError if its action is not known here
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html
 */
export function batchPermissions(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const operation = /^\/v1\/([a-z]+)$/.exec(request.path)?.[1];
  const resourceOf = (kind: string, name: string) =>
    name.startsWith('arn:') ? name : arn(facts, request, `${kind}/${name}`);
  switch (operation) {
    case 'submitjob': {
      const { jobQueue, jobDefinition, tags } = jsonBody(request, submitSchema);
      const resources = [resourceOf('job-definition', jobDefinition), resourceOf('job-queue', jobQueue)];
      return resources.flatMap((resource) => [
        { action: 'batch:SubmitJob', resource },
        ...(tags === undefined ? [] : [{ action: 'batch:TagResource', resource }]),
      ]);
    }
    case 'terminatejob':
    case 'canceljob': {
      const resource = arn(facts, request, `job/${jsonBody(request, jobSchema).jobId}`);
      return [{ action: operation === 'canceljob' ? 'batch:CancelJob' : 'batch:TerminateJob', resource }];
    }
    case 'describejobs':
      return [{ action: 'batch:DescribeJobs', resource: '*' }];
    case 'listjobs':
      return [{ action: 'batch:ListJobs', resource: '*' }];
  }
  throw new UnknownActionError(`The action of ${request.method} ${request.path} of Batch is not known here.`);
}
