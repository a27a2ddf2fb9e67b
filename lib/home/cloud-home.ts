import { Construct } from 'constructs';
import type { AwsEnvironment } from '../../aws/environment.ts';
import { Messaging } from '../messaging/messaging.ts';
import { Storage, type StorageProps } from '../storage/storage.ts';
import { VectorStore } from '../storage/vector-store.ts';

export interface CloudHomeProps {
  readonly storage: StorageProps;
}

/** The home of the system in the cloud: what the object store, the exam table, the queues and the events are made of. */
export class CloudHome extends Construct {
  readonly storage: Storage;
  readonly messaging: Messaging;
  readonly vectors: VectorStore;

  constructor(scope: Construct, id: string, props: CloudHomeProps) {
    super(scope, id);
    this.storage = new Storage(this, 'Storage', props.storage);
    this.messaging = new Messaging(this, 'Messaging');
    this.vectors = new VectorStore(this, 'Vectors', { key: this.storage.key });
    this.storage.announceImages(this.messaging.queues.preparation.queue);
  }

  /** The environment by which a function or the worker finds its home. */
  environment(): AwsEnvironment {
    const { queues, bus } = this.messaging;
    return {
      DATA_BUCKET: this.storage.bucket.bucketName,
      EXAM_TABLE: this.storage.table.tableName,
      EVENT_BUS_NAME: bus.eventBusName,
      PREPARED_BUCKET: this.storage.prepared.bucketName,
      PREPARATION_QUEUE_URL: queues.preparation.queue.queueUrl,
      PREPARATION_DEAD_LETTERS_URL: queues.preparation.deadLetters.queueUrl,
      BULK_PREPARATION_QUEUE_URL: queues['bulk-preparation'].queue.queueUrl,
      BULK_PREPARATION_DEAD_LETTERS_URL: queues['bulk-preparation'].deadLetters.queueUrl,
      INTAKE_QUEUE_URL: queues.intake.queue.queueUrl,
      INTAKE_DEAD_LETTERS_URL: queues.intake.deadLetters.queueUrl,
      SCREENING_QUEUE_URL: queues.screening.queue.queueUrl,
      SCREENING_DEAD_LETTERS_URL: queues.screening.deadLetters.queueUrl,
      LIVE_SCREENING_QUEUE_URL: queues['live-screening'].queue.queueUrl,
      LIVE_SCREENING_DEAD_LETTERS_URL: queues['live-screening'].deadLetters.queueUrl,
      RESULTS_QUEUE_URL: queues.results.queue.queueUrl,
      RESULTS_DEAD_LETTERS_URL: queues.results.deadLetters.queueUrl,
      INDEXING_QUEUE_URL: queues.indexing.queue.queueUrl,
      INDEXING_DEAD_LETTERS_URL: queues.indexing.deadLetters.queueUrl,
      WEBHOOKS_QUEUE_URL: queues.webhooks.queue.queueUrl,
      WEBHOOKS_DEAD_LETTERS_URL: queues.webhooks.deadLetters.queueUrl,
      VECTOR_BUCKET: this.vectors.bucketName,
    };
  }
}
