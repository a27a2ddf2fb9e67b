import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { QUEUE_SETTINGS, type QueueName } from '../../core/messages/queues.ts';
import { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/** The queues between the parts, and the bus that tells the world of results. */
export class Messaging extends Construct {
  readonly queues: Readonly<Record<QueueName, QueueWithDeadLetters>>;
  readonly bus: EventBus;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queues = {
      intake: new QueueWithDeadLetters(this, 'Intake', { settings: QUEUE_SETTINGS.intake }),
      screening: new QueueWithDeadLetters(this, 'Screening', { settings: QUEUE_SETTINGS.screening }),
      results: new QueueWithDeadLetters(this, 'Results', { settings: QUEUE_SETTINGS.results }),
    };
    this.bus = new EventBus(this, 'Events', { description: 'What happened to exams; pseudonyms only' });
  }
}
