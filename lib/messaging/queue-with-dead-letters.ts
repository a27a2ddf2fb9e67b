import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { QueueSettings } from '../../core/messages/queues.ts';
import { acknowledge } from '../acknowledge.ts';

export interface QueueWithDeadLettersProps {
  readonly settings: QueueSettings;
}

/** SQS keeps no message longer. */
const LONGEST_RETENTION = Duration.days(14);

/** A queue and the one that keeps what could not be processed, both encrypted and reached by TLS only. */
export class QueueWithDeadLetters extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: QueueWithDeadLettersProps) {
    super(scope, id);
    const { visibilitySeconds, maxReceiveCount, retentionSeconds } = props.settings;
    const shared = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...shared, retentionPeriod: LONGEST_RETENTION });
    this.queue = new Queue(this, 'Queue', {
      ...shared,
      visibilityTimeout: Duration.seconds(visibilitySeconds),
      retentionPeriod: Duration.seconds(retentionSeconds),
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
    });
    for (const queue of [this.queue, this.deadLetters]) {
      acknowledge(queue, {
        CKV_AWS_27:
          "SQS encrypts it with its own key. A key of the account's would cost a request of KMS every few messages, and S3 and EventBridge would need it too; bodies hold pseudonyms and keys of objects.",
      });
    }
  }
}
