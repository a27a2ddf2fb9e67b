import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { QUEUE_NAMES, QUEUE_SETTINGS, type QueueName } from '../../core/messages/queues.ts';
import { QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/** What a queue is called in the template. @example titleOf('bulk-preparation') // 'BulkPreparation' */
export function titleOf(name: QueueName): string {
  const words = name.split('-');
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('');
}

/** The queues between the parts, and the bus that tells the world of results. */
export class Messaging extends Construct {
  readonly queues: Readonly<Record<QueueName, QueueWithDeadLetters>>;
  readonly bus: EventBus;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queues = Object.fromEntries(
      QUEUE_NAMES.map((name) => [
        name,
        new QueueWithDeadLetters(this, titleOf(name), { settings: QUEUE_SETTINGS[name] }),
      ]),
    ) as Record<QueueName, QueueWithDeadLetters>;
    this.bus = new EventBus(this, 'Events', { description: 'What happened to exams; pseudonyms only' });
  }
}
