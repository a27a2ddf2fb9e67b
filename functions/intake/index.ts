import { queueHandler } from '../queue-handler.ts';
import { createIntake } from './intake.ts';

/** Lambda entry of intake: called with messages of the intake queue. */
export const handler = queueHandler(createIntake);
