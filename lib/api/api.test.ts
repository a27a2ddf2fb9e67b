import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createApi } from '../../functions/api/app.ts';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { nameOf, permissionsOf, resourceOf, resourcesOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';
import {
  COSTLY_THROTTLES,
  DEFAULT_THROTTLE,
  PUBLIC_THROTTLES,
  SEARCH_ROUTE,
  splitRoute,
} from './route-throttles.ts';

const { template } = synthesize();

describe('the API', () => {
  it('asks for a token on every route of the programs and on no other', () => {
    const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(({ properties }) => [
      properties.RouteKey,
      properties.AuthorizationType,
    ]);
    const costly = Object.keys(COSTLY_THROTTLES).map((route) => [route, 'JWT']);
    expect(Object.fromEntries(routes)).toEqual({
      'ANY /v1/{proxy+}': 'JWT',
      'GET /health': 'NONE',
      'GET /openapi.json': 'NONE',
      ...Object.fromEntries(costly),
    });
  });

  it('bounds what anybody may call and what costs much, each for itself', () => {
    const stage = resourceOf(template, 'AWS::ApiGatewayV2::Stage', 'ApiStage');
    const settings = stage.properties.RouteSettings as Record<string, Record<string, number>>;
    expect(Object.keys(settings).sort()).toEqual(
      [...Object.keys(PUBLIC_THROTTLES), ...Object.keys(COSTLY_THROTTLES)].sort(),
    );
    expect(settings[SEARCH_ROUTE]).toEqual({
      ThrottlingRateLimit: 10,
      ThrottlingBurstLimit: 20,
      DetailedMetricsEnabled: true,
    });
    for (const { ThrottlingRateLimit, ThrottlingBurstLimit } of Object.values(settings)) {
      expect(ThrottlingRateLimit).toBeLessThan(DEFAULT_THROTTLE.perSecond);
      expect(ThrottlingBurstLimit).toBeGreaterThan(Number(ThrottlingRateLimit));
    }
    // API Gateway refuses a stage with bounds of a route that it does not know yet.
    const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(({ id }) => id);
    expect(template.toJSON().Resources[stage.id].DependsOn).toEqual(expect.arrayContaining(routes));
  });

  it('has all these routes, by the names in its document', async () => {
    await using run = await FunctionRun.open();
    const app = createApi({ home: run.home, authenticate: () => null, log: console });
    const { paths } = (await (await app.request('/openapi.json')).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    for (const route of Object.keys(COSTLY_THROTTLES)) {
      const { method, path } = splitRoute(route);
      expect(paths[path]?.[method.toLowerCase()], route).toBeDefined();
    }
  });

  it('answers searches by the function with the text tower, all else by the other', () => {
    const integrationOf = (key: string) => {
      const route = resourcesOf(template, 'AWS::ApiGatewayV2::Route').find(
        ({ properties }) => properties.RouteKey === key,
      );
      const target = nameOf(route?.properties.Target).replace('integrations/', '');
      return nameOf(resourceOf(template, 'AWS::ApiGatewayV2::Integration', target).properties.IntegrationUri);
    };
    expect(integrationOf(SEARCH_ROUTE)).toBe('SearchFunction');
    for (const route of ['ANY /v1/{proxy+}', 'POST /v1/programs/{program}/uploads', 'GET /health'])
      expect(integrationOf(route)).toBe('ApiFunction');
  });

  it('logs requests by route, never by path', () => {
    const { properties } = resourceOf(template, 'AWS::ApiGatewayV2::Stage', 'ApiStage');
    const { Format } = properties.AccessLogSettings as { Format: string };
    expect(Format).toContain('$context.routeKey');
    expect(Format).not.toMatch(/\$context\.path|authorization/i);
    expect(properties.DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 200 });
  });

  it('has what does not fit into its own policy in one beside it, which is looked at below as well', () => {
    const beside = resourcesOf(template, 'AWS::IAM::ManagedPolicy');
    expect(beside.every(({ id }) => /^(?:Api|Reconciliation)FunctionRole/.test(id))).toBe(true);
    const own = resourcesOf(template, 'AWS::IAM::Policy').filter(({ id }) =>
      id.startsWith('ApiFunctionRole'),
    );
    expect(own).toHaveLength(1);
  });

  it('edits exams, erases photographs and features, forgets features, appends to the audit trail, reconciles, and sends dead letters again', () => {
    expect(permissionsOf(template, 'ApiFunctionRole').filter((line) => !/^(logs|xray):/.test(line))).toEqual([
      'dynamodb:BatchGetItem on HomeStorageExams',
      'dynamodb:ConditionCheckItem on HomeStorageExams',
      'dynamodb:DeleteItem on HomeStorageExams',
      'dynamodb:GetItem on HomeStorageExams',
      'dynamodb:PutItem on HomeStorageExams',
      'dynamodb:Query on HomeStorageExams',
      'dynamodb:Query on HomeStorageExams/index/by-listing',
      'dynamodb:Query on HomeStorageExams/index/by-work-list',
      'events:PutEvents on HomeMessagingEvents',
      'kms:Decrypt on HomeStorageKey',
      'kms:GenerateDataKey on HomeStorageKey',
      's3:DeleteObject on HomeStoragePrepared/prepared/*',
      's3:DeleteObjectVersion on HomeStorageData/audit/*',
      's3:DeleteObjectVersion on HomeStorageData/contents/*',
      's3:DeleteObjectVersion on HomeStorageData/counts/*',
      's3:DeleteObjectVersion on HomeStorageData/erasures/*',
      's3:DeleteObjectVersion on HomeStorageData/feature-rows/*',
      's3:DeleteObjectVersion on HomeStorageData/features/*',
      's3:DeleteObjectVersion on HomeStorageData/images/*',
      's3:DeleteObjectVersion on HomeStorageData/job-manifests/*',
      's3:DeleteObjectVersion on HomeStorageData/job-reports/*',
      's3:DeleteObjectVersion on HomeStorageData/jobs/*',
      's3:DeleteObjectVersion on HomeStorageData/kept-records/*',
      's3:DeleteObjectVersion on HomeStorageData/moves/*',
      's3:DeleteObjectVersion on HomeStorageData/programs/*/erasures/*',
      's3:DeleteObjectVersion on HomeStorageData/reconciliation/*',
      's3:DeleteObjectVersion on HomeStorageData/requests/*',
      's3:DeleteObjectVersion on HomeStorageData/results/*',
      's3:GetObject on HomeStorageData/audit/*',
      's3:GetObject on HomeStorageData/audited/*',
      's3:GetObject on HomeStorageData/contents/*',
      's3:GetObject on HomeStorageData/counts/*',
      's3:GetObject on HomeStorageData/erasures/*',
      's3:GetObject on HomeStorageData/feature-rows/*',
      's3:GetObject on HomeStorageData/features/*',
      's3:GetObject on HomeStorageData/heads/*',
      's3:GetObject on HomeStorageData/images/*',
      's3:GetObject on HomeStorageData/job*',
      's3:GetObject on HomeStorageData/kept-records/*',
      's3:GetObject on HomeStorageData/models/*',
      's3:GetObject on HomeStorageData/moves/*',
      's3:GetObject on HomeStorageData/programs/*',
      's3:GetObject on HomeStorageData/pseudonyms/*',
      's3:GetObject on HomeStorageData/reconciliation/*',
      's3:GetObject on HomeStorageData/requests/*',
      's3:GetObject on HomeStorageData/results/*',
      's3:GetObject on HomeStoragePrepared/prepared/*',
      's3:GetObjectVersion on HomeStorageData/audit/*',
      's3:GetObjectVersion on HomeStorageData/audited/*',
      's3:GetObjectVersion on HomeStorageData/contents/*',
      's3:GetObjectVersion on HomeStorageData/counts/*',
      's3:GetObjectVersion on HomeStorageData/erasures/*',
      's3:GetObjectVersion on HomeStorageData/feature-rows/*',
      's3:GetObjectVersion on HomeStorageData/features/*',
      's3:GetObjectVersion on HomeStorageData/heads/*',
      's3:GetObjectVersion on HomeStorageData/images/*',
      's3:GetObjectVersion on HomeStorageData/job*',
      's3:GetObjectVersion on HomeStorageData/kept-records/*',
      's3:GetObjectVersion on HomeStorageData/models/*',
      's3:GetObjectVersion on HomeStorageData/moves/*',
      's3:GetObjectVersion on HomeStorageData/programs/*',
      's3:GetObjectVersion on HomeStorageData/pseudonyms/*',
      's3:GetObjectVersion on HomeStorageData/reconciliation/*',
      's3:GetObjectVersion on HomeStorageData/requests/*',
      's3:GetObjectVersion on HomeStorageData/results/*',
      's3:ListBucket on HomeStorageData',
      's3:ListBucket on HomeStoragePrepared',
      's3:ListBucketVersions on HomeStorageData',
      's3:PutObject on HomeStorageData/audited/*',
      's3:PutObject on HomeStorageData/counts/*',
      's3:PutObject on HomeStorageData/erasures/*',
      's3:PutObject on HomeStorageData/features/*',
      's3:PutObject on HomeStorageData/heads/*',
      's3:PutObject on HomeStorageData/images/*',
      's3:PutObject on HomeStorageData/job-manifests/*',
      's3:PutObject on HomeStorageData/job-records/*',
      's3:PutObject on HomeStorageData/job-reports/*',
      's3:PutObject on HomeStorageData/job-schedules/*',
      's3:PutObject on HomeStorageData/jobs/*',
      's3:PutObject on HomeStorageData/kept-records/*',
      's3:PutObject on HomeStorageData/models/active*',
      's3:PutObject on HomeStorageData/moves/*',
      's3:PutObject on HomeStorageData/programs/*',
      's3:PutObject on HomeStorageData/pseudonyms/*',
      's3:PutObject on HomeStorageData/reconciliation/*',
      's3:PutObject on HomeStorageData/requests/*',
      's3:PutObject on HomeStorageData/results/*',
      's3vectors:DeleteVectors on HomeVectorsBucket/index/*',
      's3vectors:GetVectors on HomeVectorsBucket/index/*',
      's3vectors:ListIndexes on HomeVectorsBucket',
      's3vectors:ListVectors on HomeVectorsBucket/index/*',
      'sqs:ChangeMessageVisibility on HomeMessagingBulkPreparationDeadLetters',
      'sqs:ChangeMessageVisibility on HomeMessagingIndexingDeadLetters',
      'sqs:ChangeMessageVisibility on HomeMessagingIntakeDeadLetters',
      'sqs:ChangeMessageVisibility on HomeMessagingLiveScreeningDeadLetters',
      'sqs:ChangeMessageVisibility on HomeMessagingPreparationDeadLetters',
      'sqs:ChangeMessageVisibility on HomeMessagingResultsDeadLetters',
      'sqs:ChangeMessageVisibility on HomeMessagingScreeningDeadLetters',
      'sqs:ChangeMessageVisibility on HomeMessagingWebhooksDeadLetters',
      'sqs:ChangeMessageVisibility on JobsEndsDeadLetters',
      'sqs:ChangeMessageVisibility on JobsStartsDeadLetters',
      'sqs:DeleteMessage on HomeMessagingBulkPreparationDeadLetters',
      'sqs:DeleteMessage on HomeMessagingIndexingDeadLetters',
      'sqs:DeleteMessage on HomeMessagingIntakeDeadLetters',
      'sqs:DeleteMessage on HomeMessagingLiveScreeningDeadLetters',
      'sqs:DeleteMessage on HomeMessagingPreparationDeadLetters',
      'sqs:DeleteMessage on HomeMessagingResultsDeadLetters',
      'sqs:DeleteMessage on HomeMessagingScreeningDeadLetters',
      'sqs:DeleteMessage on HomeMessagingWebhooksDeadLetters',
      'sqs:DeleteMessage on JobsEndsDeadLetters',
      'sqs:DeleteMessage on JobsStartsDeadLetters',
      'sqs:GetQueueAttributes on HomeMessagingBulkPreparationDeadLetters',
      'sqs:GetQueueAttributes on HomeMessagingBulkPreparationQueue',
      'sqs:GetQueueAttributes on HomeMessagingIndexingDeadLetters',
      'sqs:GetQueueAttributes on HomeMessagingIndexingQueue',
      'sqs:GetQueueAttributes on HomeMessagingIntakeDeadLetters',
      'sqs:GetQueueAttributes on HomeMessagingIntakeQueue',
      'sqs:GetQueueAttributes on HomeMessagingLiveScreeningDeadLetters',
      'sqs:GetQueueAttributes on HomeMessagingLiveScreeningQueue',
      'sqs:GetQueueAttributes on HomeMessagingPreparationDeadLetters',
      'sqs:GetQueueAttributes on HomeMessagingPreparationQueue',
      'sqs:GetQueueAttributes on HomeMessagingResultsDeadLetters',
      'sqs:GetQueueAttributes on HomeMessagingResultsQueue',
      'sqs:GetQueueAttributes on HomeMessagingScreeningDeadLetters',
      'sqs:GetQueueAttributes on HomeMessagingScreeningQueue',
      'sqs:GetQueueAttributes on HomeMessagingWebhooksDeadLetters',
      'sqs:GetQueueAttributes on HomeMessagingWebhooksQueue',
      'sqs:GetQueueAttributes on JobsEndsDeadLetters',
      'sqs:GetQueueAttributes on JobsStartsDeadLetters',
      'sqs:ReceiveMessage on HomeMessagingBulkPreparationDeadLetters',
      'sqs:ReceiveMessage on HomeMessagingIndexingDeadLetters',
      'sqs:ReceiveMessage on HomeMessagingIntakeDeadLetters',
      'sqs:ReceiveMessage on HomeMessagingLiveScreeningDeadLetters',
      'sqs:ReceiveMessage on HomeMessagingPreparationDeadLetters',
      'sqs:ReceiveMessage on HomeMessagingResultsDeadLetters',
      'sqs:ReceiveMessage on HomeMessagingScreeningDeadLetters',
      'sqs:ReceiveMessage on HomeMessagingWebhooksDeadLetters',
      'sqs:ReceiveMessage on JobsEndsDeadLetters',
      'sqs:ReceiveMessage on JobsStartsDeadLetters',
      'sqs:SendMessage on HomeMessagingBulkPreparationQueue',
      'sqs:SendMessage on HomeMessagingIndexingQueue',
      'sqs:SendMessage on HomeMessagingIntakeQueue',
      'sqs:SendMessage on HomeMessagingLiveScreeningQueue',
      'sqs:SendMessage on HomeMessagingPreparationQueue',
      'sqs:SendMessage on HomeMessagingResultsQueue',
      'sqs:SendMessage on HomeMessagingScreeningQueue',
      'sqs:SendMessage on HomeMessagingWebhooksQueue',
      'sqs:SendMessage on JobsEndsQueue',
      'sqs:SendMessage on JobsStartsQueue',
    ]);
  });
});

describe('tokens', () => {
  it('come from an issuer that the deployment names, and then there is no user pool', () => {
    const { template: foreign } = synthesize({
      jwtIssuer: 'https://login.example.org/tenant',
      jwtAudience: 'retclip, retclip-cli',
    });
    foreign.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      JwtConfiguration: {
        Issuer: 'https://login.example.org/tenant',
        Audience: ['retclip', 'retclip-cli'],
      },
    });
    foreign.resourceCountIs('AWS::Cognito::UserPool', 0);
  });

  it('come from a user pool otherwise, whose clients are the audience', () => {
    const client = resourceOf(template, 'AWS::Cognito::UserPoolClient', 'UsersPoolClient');
    const signIn = resourceOf(template, 'AWS::Cognito::UserPoolClient', 'UsersPoolSignIn');
    const { properties } = resourceOf(template, 'AWS::ApiGatewayV2::Authorizer', 'ApiHttp');
    const { Audience, Issuer } = properties.JwtConfiguration as { Audience: unknown[]; Issuer: unknown };
    expect(Audience).toEqual([{ Ref: client.id }, { Ref: signIn.id }]);
    expect(JSON.stringify(Issuer)).toContain('UsersPool');
  });
});

describe('signing in for the command line', () => {
  it('comes back to this machine alone, by a client that has no secret', () => {
    const { properties } = resourceOf(template, 'AWS::Cognito::UserPoolClient', 'UsersPoolSignIn');
    expect(properties).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid'],
      CallbackURLs: [47_821, 47_822, 47_823].map((port) => `http://127.0.0.1:${port}/signed-in`),
      SupportedIdentityProviders: ['COGNITO'],
    });
  });

  it('has pages under a name that no other stack takes', () => {
    const { properties } = resourceOf(template, 'AWS::Cognito::UserPoolDomain', 'UsersPoolDomain');
    expect(JSON.stringify(properties.Domain)).toContain('AWS::StackId');
  });
});

describe('the prefix of scopes', () => {
  const prefixes = (of: typeof template) =>
    ['ApiFunction', 'SearchFunction'].map((name) => {
      const { properties } = resourceOf(of, 'AWS::Lambda::Function', name);
      return (properties.Environment as { Variables: Record<string, string> }).Variables.RETCLIP_SCOPE_PREFIX;
    });

  it("is the user pool's own, and no other counts", () => {
    expect(prefixes(template)).toEqual(['retclip/', 'retclip/']);
  });

  it('is the one that the deployment says of its own issuer', () => {
    const issuer = { jwtIssuer: 'https://login.example.org/tenant', jwtAudience: 'retclip' };
    const named = synthesize({ ...issuer, jwtScopePrefix: 'https://api.example.org/' });
    expect(prefixes(named.template)).toEqual(['https://api.example.org/', 'https://api.example.org/']);
    expect(prefixes(synthesize(issuer).template)).toEqual([undefined, undefined]);
    expect(() => synthesize({ jwtScopePrefix: 'retclip/' })).toThrow(/jwtScopePrefix is for an issuer/);
  });
});

describe('the user pool', () => {
  it('refuses to let a person sign up alone, or sign in without a second factor', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      DeletionProtection: 'ACTIVE',
    });
  });

  it('gives tokens the scopes of their user by the function token-scopes', () => {
    const { properties } = resourceOf(template, 'AWS::Cognito::UserPool', 'UsersPool');
    const { PreTokenGenerationConfig } = properties.LambdaConfig as {
      PreTokenGenerationConfig: { LambdaArn: unknown; LambdaVersion: string };
    };
    expect(PreTokenGenerationConfig.LambdaVersion).toBe('V2_0');
    expect(nameOf(PreTokenGenerationConfig.LambdaArn)).toBe('UsersTokenScopes');
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'cognito-idp.amazonaws.com',
      FunctionName: Match.objectLike({
        'Fn::GetAtt': Match.arrayWith([Match.stringLikeRegexp('^UsersTokenScopes')]),
      }),
    });
  });
});
