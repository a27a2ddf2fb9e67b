import { Logger } from '@aws-lambda-powertools/logger';
import { handle } from 'hono/aws-lambda';
import { awsHome, jobQueuesOf } from '../../aws/home.ts';
import { AuditTrail } from '../../core/audit/audit-trail.ts';
import { createApi } from './app.ts';
import { jwtCaller } from './jwt-caller.ts';

const log = new Logger();
const home = awsHome(process.env);
const audit = new AuditTrail(home.objects);
/** Where the stack has nothing that works on jobs, it has no queues of them either. */
const jobQueues = process.env.RETCLIP_JOBS === 'off' ? undefined : jobQueuesOf(process.env);
/** The gateway waits 29 s at most. */
const countBudgetMilliseconds = 12_000;
/** The stack sets it where it has nothing that works on jobs. */
const jobs = process.env.RETCLIP_JOBS === 'off' ? 'off' : 'on';
const options = {
  home: { ...home, jobQueues },
  authenticate: jwtCaller,
  log,
  audit,
  countBudgetMilliseconds,
  jobs,
} as const;
const answer = handle(createApi(options));

/** Lambda entry of the API: called by API Gateway, which has verified the JWT. */
export const handler: typeof answer = async (event, context) => {
  try {
    return await answer(event, context);
  } finally {
    // A frozen function writes nothing: what waits is written before it may be frozen.
    await audit.flush().catch((error: Error) => {
      log.error('The audit trail could not be written', { reason: error.message });
    });
  }
};
