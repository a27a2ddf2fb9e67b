import type { DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { LaneSetting } from '../../core/lanes/lane.ts';
import type { ScreeningQueue } from '../../core/messages/queues.ts';
import { consume, consumerTimeout } from '../functions/consume.ts';
import { HomeImageFunction } from '../functions/image-function.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import type { Network } from '../network/network.ts';
import { screeningAccess } from './screening-access.ts';

export interface LiveLaneProps {
  readonly home: CloudHome;
  readonly network: Network;
  readonly image: DockerImageCode;
  readonly screeningLane: LaneSetting;
  /** Most calls at once. */
  readonly maxLiveScreenings: number;
}

/** Two processors: Lambda gives one for each 1,769 MB. A model of 100 core-ms needs a fifth of this memory. */
const MEMORY_MEGABYTES = 3_538;
/** The graphs of one bundle in all its precisions: 620 MB of a ViT-B/16. */
const TEMPORARY_MEGABYTES = 2_048;

/**
 * Screens cheap models without a GPU: queue live-screening → function → results queue and features. It is there under every
 * setting: where another lane screens, what still waits here is handed over. In a stack without GPU workers it takes their
 * queue as well, so that nothing stays there.
 *
 * The function runs in the network without a way to the internet, and may speak to S3, the table and SQS alone.
 */
export class LiveLane extends Construct {
  readonly handler: HomeImageFunction;

  constructor(scope: Construct, id: string, props: LiveLaneProps) {
    super(scope, id);
    const { home, network, screeningLane, maxLiveScreenings } = props;
    const { screening, 'live-screening': live } = home.messaging.queues;
    const takesAll = screeningLane === 'live';
    const queues: ScreeningQueue[] = takesAll ? ['live-screening', 'screening'] : ['live-screening'];
    this.handler = new HomeImageFunction(this, 'Function', {
      folder: 'screen',
      image: props.image,
      home,
      access: screeningAccess(queues),
      timeout: consumerTimeout('live-screening'),
      memoryMegabytes: MEMORY_MEGABYTES,
      temporaryMegabytes: TEMPORARY_MEGABYTES,
      variables: {
        SCREENING_LANE: screeningLane,
        // By it the function tells which of its queues it is called for.
        ...(takesAll ? { SCREENING_QUEUE_ARN: screening.queue.queueArn } : {}),
      },
      network: network.placeOfQueueClient(
        this,
        'Live lane: HTTPS to S3, DynamoDB and SQS, nothing in',
        'HTTPS from the live lane',
      ),
    });
    consume(this.handler, live.queue, maxLiveScreenings);
    if (takesAll) consume(this.handler, screening.queue, maxLiveScreenings);
  }
}
