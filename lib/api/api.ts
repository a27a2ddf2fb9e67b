import { Duration } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  type HttpRoute,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import { acknowledge } from '../acknowledge.ts';
import { HomeFunction } from '../functions/home-function.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import { ERASING_ACCESS } from '../home/erasing-access.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { encryptedLogGroup } from '../logs/encrypted-log-group.ts';
import { redriveJobs } from './redrive-jobs.ts';
import {
  COSTLY_THROTTLES,
  DEFAULT_THROTTLE,
  PUBLIC_THROTTLES,
  SEARCH_ROUTE,
  splitRoute,
} from './route-throttles.ts';
import type { TokenIssuer } from './token-issuer.ts';

export interface ApiProps {
  readonly home: CloudHome;
  /** Whose tokens the API accepts. */
  readonly tokens: TokenIssuer;
  /** Answers searches: it has the text tower. */
  readonly search: LambdaFunction;
  /** What works on jobs, where the stack has it. */
  readonly jobs: Pick<Jobs, 'starts' | 'ends'> | undefined;
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
          ...ERASING_ACCESS.readObjects,
          ...(['audit', 'counts', 'heads', 'reconciliation'] as const),
        ],
        // Photographs are uploaded by presigned requests, signed with the function's own permissions.
        writeObjects: [
          ...ERASING_ACCESS.writeObjects,
          ...(['requests', 'counts', 'activeModel', 'heads', 'jobRecords', 'jobSchedules', 'moves'] as const),
          'reconciliation',
        ],
        // And to reconcile, and counts that a newer one replaces. What is written to the audit trail stays.
        eraseObjects: [...ERASING_ACCESS.eraseObjects, 'counts', 'reconciliation'],
        exams: ERASING_ACCESS.exams,
        // What was found of photographs, and the pictures that readers see.
        prepared: 'read-and-remove',
        // To have an exam looked at again whose image was withdrawn, and pictures made for readers.
        sendTo: ['intake', 'preparation'],
        redrive: QUEUE_NAMES,
        // To reconcile.
        measure: QUEUE_NAMES,
        publishEvents: true,
        // To erase a patient, and to reconcile.
        vectors: 'sweep',
      },
      timeout: Duration.seconds(20),
      memoryMegabytes: 1_024,
    });
    if (props.jobs === undefined) this.handler.addEnvironment('RETCLIP_JOBS', 'off');
    else redriveJobs(this.handler, props.jobs);
    const { scopePrefix } = tokens;
    if (scopePrefix !== undefined) {
      for (const handler of [this.handler, search])
        handler.addEnvironment('RETCLIP_SCOPE_PREFIX', scopePrefix);
    }
    this.http = new HttpApi(this, 'Http', {
      description: 'retclip-screening. Research use only.',
      createDefaultStage: false,
    });
    this.endpoint = this.http.apiEndpoint;
    this.#addStage(this.#addRoutes(tokens, search));
  }

  #addRoutes(tokens: TokenIssuer, search: IFunction): readonly HttpRoute[] {
    const integration = new HttpLambdaIntegration('Api', this.handler);
    const authorizer = new HttpJwtAuthorizer('Jwt', tokens.issuer, { jwtAudience: [...tokens.audience] });
    const searching = new HttpLambdaIntegration('Search', search);
    const routes = [
      ...this.http.addRoutes({ path: '/v1/{proxy+}', methods: [HttpMethod.ANY], integration, authorizer }),
      // The same function, or the one that searches; a route of its own has a bound of its own.
      ...Object.keys(COSTLY_THROTTLES).flatMap((route) => {
        const { method, path } = splitRoute(route);
        return this.http.addRoutes({
          path,
          methods: [method as HttpMethod],
          integration: route === SEARCH_ROUTE ? searching : integration,
          authorizer,
        });
      }),
    ];
    for (const key of Object.keys(PUBLIC_THROTTLES)) {
      const { method, path } = splitRoute(key);
      const open = this.http.addRoutes({
        path,
        methods: [method as HttpMethod],
        integration,
        authorizer: new HttpNoneAuthorizer(),
      });
      for (const route of open) {
        acknowledge(route, {
          'AwsSolutions-APIG4': `${path} is public on purpose: it tells nothing about any exam.`,
        });
      }
      routes.push(...open);
    }
    return routes;
  }

  #addStage(routes: readonly HttpRoute[]): void {
    const logGroup = encryptedLogGroup(this, 'AccessLogs', RetentionDays.ONE_YEAR);
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.http,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: DEFAULT_THROTTLE.perSecond, burstLimit: DEFAULT_THROTTLE.burst },
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    // What CDK's stage does not know. API Gateway refuses bounds of routes that are not there yet.
    const throttles = { ...PUBLIC_THROTTLES, ...COSTLY_THROTTLES };
    (stage.node.defaultChild as CfnStage).routeSettings = Object.fromEntries(
      Object.entries(throttles).map(([route, { perSecond, burst }]) => [
        route,
        { ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: burst, DetailedMetricsEnabled: true },
      ]),
    );
    stage.node.addDependency(...routes);
  }
}
