import { Duration } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import { acknowledge } from '../acknowledge.ts';
import { HomeFunction } from '../functions/home-function.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import { encryptedLogGroup } from '../logs/encrypted-log-group.ts';
import type { TokenIssuer } from './token-issuer.ts';

export interface ApiProps {
  readonly home: CloudHome;
  /** Whose tokens the API accepts. */
  readonly tokens: TokenIssuer;
  /** Answers searches: it has the text tower. */
  readonly search: IFunction;
}

/** Logged of each request: nothing that a path or a token could carry about a patient. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  route: '$context.routeKey',
  status: '$context.status',
  latency: '$context.responseLatency',
  caller: '$context.authorizer.claims.sub',
  ip: '$context.identity.sourceIp',
  error: '$context.error.message',
  authorizerError: '$context.authorizer.error',
} as const;

/** The HTTP API: the gateway verifies the JWT, the function answers. */
export class Api extends Construct {
  readonly handler: HomeFunction;
  readonly http: HttpApi;
  readonly endpoint: string;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const { home, tokens, search } = props;
    this.handler = new HomeFunction(this, 'Function', {
      folder: 'api',
      home,
      access: {
        readObjects: [
          'images',
          'features',
          'programs',
          'audit',
          'requests',
          'counts',
          'models',
          'heads',
          'jobs',
          'jobRecords',
          'jobReports',
          'jobSchedules',
          'jobManifests',
        ],
        // Photographs are uploaded by presigned requests, signed with the function's own permissions.
        writeObjects: [
          'images',
          'features',
          'programs',
          'audit',
          'requests',
          'counts',
          'activeModel',
          'heads',
          'jobs',
          'jobRecords',
          'jobSchedules',
          'jobManifests',
        ],
        deleteObjects: ['requests', 'counts'],
        // To erase a patient, and counts that a newer one replaces. What is written to the audit trail stays.
        eraseObjects: ['images', 'features', 'counts'],
        exams: 'edit',
        redrive: QUEUE_NAMES,
        publishEvents: true,
        // To erase a patient.
        vectors: 'remove',
      },
      timeout: Duration.seconds(20),
      memoryMegabytes: 1_024,
    });
    this.http = new HttpApi(this, 'Http', {
      description: 'retclip-screening. Research use only.',
      createDefaultStage: false,
    });
    this.endpoint = this.http.apiEndpoint;
    this.#addRoutes(tokens, search);
    this.#addStage();
  }

  #addRoutes(tokens: TokenIssuer, search: IFunction): void {
    const integration = new HttpLambdaIntegration('Api', this.handler);
    const authorizer = new HttpJwtAuthorizer('Jwt', tokens.issuer, { jwtAudience: [...tokens.audience] });
    this.http.addRoutes({ path: '/v1/{proxy+}', methods: [HttpMethod.ANY], integration, authorizer });
    this.http.addRoutes({
      path: '/v1/programs/{program}/search',
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('Search', search),
      authorizer,
    });
    for (const path of ['/health', '/openapi.json']) {
      const routes = this.http.addRoutes({
        path,
        methods: [HttpMethod.GET],
        integration,
        authorizer: new HttpNoneAuthorizer(),
      });
      for (const route of routes) {
        acknowledge(route, {
          'AwsSolutions-APIG4': `${path} is public on purpose: it tells nothing about any exam.`,
        });
      }
    }
  }

  #addStage(): void {
    const logGroup = encryptedLogGroup(this, 'AccessLogs', RetentionDays.ONE_YEAR);
    new HttpStage(this, 'Stage', {
      httpApi: this.http,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 200, burstLimit: 400 },
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }
}
