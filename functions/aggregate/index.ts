import { queueHandler } from '../queue-handler.ts';
import { createAggregate } from './aggregate.ts';

/** Lambda entry of aggregation: called with messages of the results queue. */
export const handler = queueHandler(createAggregate);
