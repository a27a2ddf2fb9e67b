import { Logger } from '@aws-lambda-powertools/logger';
import { handle } from 'hono/aws-lambda';
import { awsHome } from '../../aws/home.ts';
import { createApi } from './app.ts';
import { jwtCaller } from './jwt-caller.ts';

/** Lambda entry of the API: called by API Gateway, which has verified the JWT. */
export const handler = handle(
  createApi({ home: awsHome(process.env), authenticate: jwtCaller, log: new Logger() }),
);
