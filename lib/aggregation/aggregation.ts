import { Construct } from 'constructs';
import { consume, consumerTimeout } from '../functions/consume.ts';
import { HomeFunction } from '../functions/home-function.ts';
import type { CloudHome } from '../home/cloud-home.ts';

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
      memoryMegabytes: 512,
    });
    consume(this.handler, home.messaging.queues.results.queue, 50);
  }
}
