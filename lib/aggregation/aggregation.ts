import { Construct } from 'constructs';
import { consume, consumerTimeout } from '../functions/consume.ts';
import { HomeFunction } from '../functions/home-function.ts';
import type { CloudHome } from '../home/cloud-home.ts';

/**
 * A re-scored shard of 1,000 exams takes 3.2 to 4.5 seconds of a processor, and a batch may hold nothing but shards: five of them
 * take two thirds of the function's time. Where DynamoDB slows them down and the function is ended, the next delivery goes on
 * where that one was. A longer time would have a result that failed wait longer for its next delivery.
 */
const BATCH_SIZE = 5;
/** One processor: JavaScript uses no second one. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MEMORY_MEGABYTES = 1_769;

export interface AggregationProps {
  readonly home: CloudHome;
}

/** Decides outcomes: results queue → aggregate function → exam table and events. */
export class Aggregation extends Construct {
  readonly handler: HomeFunction;

  constructor(scope: Construct, id: string, props: AggregationProps) {
    super(scope, id);
    const { home } = props;
    this.handler = new HomeFunction(this, 'Function', {
      folder: 'aggregate',
      home,
      access: {
        readObjects: ['programs', 'jobs', 'features'],
        // Receipts of shards that jobs have re-scored; zeros over features of exams that were erased meanwhile.
        writeObjects: ['jobs', 'features'],
        // Results of shards that have their receipt, too.
        eraseObjects: ['jobs', 'features', 'featureRows'],
        exams: 'write',
        // Pictures for readers.
        sendTo: ['bulk-preparation'],
        buryIn: ['results'],
        publishEvents: true,
      },
      timeout: consumerTimeout('results'),
      memoryMegabytes: MEMORY_MEGABYTES,
    });
    consume(this.handler, home.messaging.queues.results.queue, 50, BATCH_SIZE);
  }
}
