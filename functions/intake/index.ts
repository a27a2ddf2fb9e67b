import { queueHandler } from '../queue-handler.ts';
import { queuesByLane, readLaneSetting } from '../screening-queue.ts';
import { createIntake } from './intake.ts';

const setting = readLaneSetting(process.env);

/** Lambda entry of intake: called with messages of the intake queue. */
export const handler = queueHandler((options) =>
  createIntake({ ...options, queueOf: queuesByLane(options.configuration, setting) }),
);
