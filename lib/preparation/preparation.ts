import type { DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { consume, consumerTimeout } from '../functions/consume.ts';
import { HomeImageFunction } from '../functions/image-function.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import type { Network } from '../network/network.ts';

export interface PreparationProps {
  readonly home: CloudHome;
  readonly network: Network;
  readonly image: DockerImageCode;
  /** Most calls at once for photographs that have just come. */
  readonly maxPreparations: number;
  /** Most calls at once for photographs that jobs ask for. */
  readonly maxBulkPreparations: number;
}

/** Two processors, by which two photographs are decoded side by side. */
const MEMORY_MEGABYTES = 3_538;
/** With two processors and 120 s, each of four photographs may take a minute of one. Most take a tenth of a second. */
const PHOTOGRAPHS_A_CALL = 4;

/**
 * Opens what strangers sent, and makes pixels of it: two queues → prepare function → prepared bucket, intake queue. What
 * jobs ask for waits in a queue of its own and has calls of its own, so that no photograph of today waits for a job.
 *
 * The function runs in the network without a way to the internet, and may speak to S3 and SQS alone.
 */
export class Preparation extends Construct {
  readonly handler: HomeImageFunction;

  constructor(scope: Construct, id: string, props: PreparationProps) {
    super(scope, id);
    const { home } = props;
    const { preparation, 'bulk-preparation': bulk } = home.messaging.queues;
    this.handler = new HomeImageFunction(this, 'Function', {
      folder: 'prepare',
      image: props.image,
      home,
      // No table and no events: whose image it is, intake says.
      access: {
        readObjects: ['images', 'models'],
        prepared: 'make',
        sendTo: ['intake'],
        buryIn: ['preparation', 'bulk-preparation'],
      },
      timeout: consumerTimeout('preparation'),
      memoryMegabytes: MEMORY_MEGABYTES,
      // The manifest and the detector of a model: 0.3 MB of the default one.
      temporaryMegabytes: 512,
      // By it the function tells which of its queues it is called for.
      variables: { BULK_PREPARATION_QUEUE_ARN: bulk.queue.queueArn },
      network: props.network.placeOfQueueClient(
        this,
        'Preparation: HTTPS to S3 and SQS, nothing in',
        'HTTPS from preparation',
      ),
    });
    consume(this.handler, preparation.queue, props.maxPreparations, PHOTOGRAPHS_A_CALL);
    consume(this.handler, bulk.queue, props.maxBulkPreparations, PHOTOGRAPHS_A_CALL);
  }
}
