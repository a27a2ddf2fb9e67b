import { z } from 'zod';
import { UnknownActionError } from '../errors.ts';
import {
  type AccountFacts,
  arn,
  jsonBody,
  type NamedPermission,
  type ServiceRequest,
  targetOperation,
} from './service-request.ts';

const putEvents = z.object({
  Entries: z
    .array(
      z.object({
        EventBusName: z.string().default('default'),
        Source: z.string().optional(),
        DetailType: z.string().optional(),
      }),
    )
    .min(1),
});

/**
 * What a request to EventBridge needs: putting events is permitted bus by bus.
 *
 * @throws UnknownActionError if its action is not known here
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
 */
export function eventBridgePermissions(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const operation = targetOperation(request);
  if (operation !== 'PutEvents') {
    throw new UnknownActionError(`The action of the EventBridge call "${operation}" is not known here.`);
  }
  return jsonBody(request, putEvents).Entries.map(({ EventBusName, Source, DetailType }) => ({
    action: 'events:PutEvents',
    resource: EventBusName.startsWith('arn:')
      ? EventBusName
      : arn(facts, request, `event-bus/${EventBusName}`),
    keys: { 'events:source': Source, 'events:detail-type': DetailType },
  }));
}
