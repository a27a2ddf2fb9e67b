import { randomUUID } from 'node:crypto';
import type { Administrator } from '../emulator/administrator.ts';
import { ACCOUNT, REGION } from '../emulator/ministack.ts';

interface Rule {
  readonly Name: string;
  readonly EventPattern?: string;
}

interface Event {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: object;
}

/**
 * Tells the default bus what a service of AWS does: no other sender may send events of `aws.…`, in the emulator as in AWS. The
 * emulator says which of the deployed rules an event is for; their queues are sent it, as the bus does.
 *
 * @returns how many queues were told
 */
export async function tellAsAws(administrator: Administrator, event: Event): Promise<number> {
  const envelope = {
    version: '0',
    id: randomUUID(),
    account: ACCOUNT,
    region: REGION,
    time: new Date().toISOString(),
    resources: [],
    ...event,
  };
  const body = JSON.stringify(envelope);
  const call = (operation: string, request: object) =>
    administrator.json('events', `AWSEvents.${operation}`, request);
  const { Rules } = (await call('ListRules', {})) as { Rules: readonly Rule[] };
  let told = 0;
  for (const { Name, EventPattern } of Rules) {
    if (EventPattern === undefined) continue;
    const { Result } = await call('TestEventPattern', { EventPattern, Event: body });
    if (Result !== true) continue;
    const { Targets } = (await call('ListTargetsByRule', { Rule: Name })) as { Targets: { Arn: string }[] };
    for (const { Arn } of Targets) {
      const QueueName = Arn.split(':').at(-1);
      const { QueueUrl } = await administrator.json('sqs', 'AmazonSQS.GetQueueUrl', { QueueName });
      await administrator.json('sqs', 'AmazonSQS.SendMessage', { QueueUrl, MessageBody: body });
      told += 1;
    }
  }
  return told;
}
