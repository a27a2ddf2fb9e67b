import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { EVENT_SOURCE } from '../../aws/events/eventbridge-events.ts';
import type { EventType } from '../../core/messages/domain-event.ts';
import type { QueueName } from '../../core/messages/queues.ts';
import type { Messaging } from './messaging.ts';

/** Sends events of some types from the bus to a queue, each as it was published; what cannot be sent, to its dead letters. */
export function sendEvents(
  scope: Construct,
  messaging: Messaging,
  types: readonly EventType[],
  name: QueueName,
): Rule {
  const { queue, deadLetters } = messaging.queues[name];
  return new Rule(scope, 'Events', {
    eventBus: messaging.bus,
    description: `Events for queue ${name}`,
    eventPattern: { source: [EVENT_SOURCE], detailType: [...types] },
    targets: [
      new SqsQueue(queue, {
        message: RuleTargetInput.fromEventPath('$.detail'),
        deadLetterQueue: deadLetters,
      }),
    ],
  });
}
