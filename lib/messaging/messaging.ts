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
      indexing: new QueueWithDeadLetters(this, 'Indexing', { settings: QUEUE_SETTINGS.indexing }),
      webhooks: new QueueWithDeadLetters(this, 'Webhooks', { settings: QUEUE_SETTINGS.webhooks }),
    };
    this.bus = new EventBus(this, 'Events', { description: 'What happened to exams; pseudonyms only' });
  }
}
