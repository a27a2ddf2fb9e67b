import { z } from 'zod';
import { UnknownActionError } from '../errors.ts';
import {
  type AccountFacts,
  arn,
  jsonBody,
  type NamedPermission,
  type ServiceRequest,
} from './service-request.ts';

const scheduleSchema = z.object({
  GroupName: z.string().default('default'),
  Target: z.object({ RoleArn: z.string() }).optional(),
});
const ACTIONS: Readonly<Record<string, string>> = {
  POST: 'CreateSchedule',
  PUT: 'UpdateSchedule',
  GET: 'GetSchedule',
  DELETE: 'DeleteSchedule',
};

/**
 * What a request to EventBridge Scheduler needs. Who writes a schedule hands its role to the scheduler.
 *
 * @throws UnknownActionError if its action is not known here
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
 */
export function schedulerPermissions(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const { method, path, query } = request;
  const name = /^\/schedules\/([^/]+)$/.exec(path)?.[1];
  const action = ACTIONS[method];
  if (path === '/schedules' && method === 'GET')
    return [{ action: 'scheduler:ListSchedules', resource: '*' }];
  if (name === undefined || action === undefined) {
    throw new UnknownActionError(`The action of ${method} ${path} of the scheduler is not known here.`);
  }
  const hasBody = method === 'POST' || method === 'PUT';
  const body = hasBody ? jsonBody(request, scheduleSchema) : undefined;
  const group = body?.GroupName ?? query.get('groupName') ?? 'default';
  const role = body?.Target?.RoleArn;
  return [
    {
      action: `scheduler:${action}`,
      resource: arn(facts, request, `schedule/${group}/${decodeURIComponent(name)}`),
    },
    ...(role === undefined
      ? []
      : [
          {
            action: 'iam:PassRole',
            resource: role,
            keys: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
          },
        ]),
  ];
}
