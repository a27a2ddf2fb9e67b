import { Logger } from '@aws-lambda-powertools/logger';
import { handle } from 'hono/aws-lambda';
import { awsHome } from '../../aws/home.ts';
import { AuditTrail } from '../../core/audit/audit-trail.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { createApi } from '../api/app.ts';
import { jwtCaller } from '../api/jwt-caller.ts';
import { StoredTextEncoder } from './stored-text-encoder.ts';

const log = new Logger();
const home = awsHome(process.env);
const cache = process.env.RETCLIP_CACHE ?? '/tmp/retclip-models';
const encoder = new StoredTextEncoder(home.objects, new Configuration(home.objects), cache);
const audit = new AuditTrail(home.objects);
const answer = handle(createApi({ home: { ...home, encoder }, authenticate: jwtCaller, log, audit }));

/** Lambda entry of search: the API with the text tower. The gateway sends it searches alone, their JWT verified. */
export const handler: typeof answer = async (event, context) => {
  try {
    return await answer(event, context);
  } finally {
    await audit.flush().catch((error: Error) => {
      log.error('The audit trail could not be written', { reason: error.message });
    });
  }
};
