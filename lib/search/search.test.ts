import { describe, expect, it } from 'vitest';
import { QUEUE_SETTINGS } from '../../core/messages/queues.ts';
import { nameOf, permissionsOf, resourceOf, resourcesOf, statementsOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize();

interface RuleProperties {
  readonly EventPattern: unknown;
  readonly Targets: readonly {
    readonly Arn: unknown;
    readonly InputPath: string;
    readonly DeadLetterConfig: unknown;
  }[];
}

describe.each([
  ['SearchEvents', 'Indexing', ['ExamScreened']],
  ['WebhooksEvents', 'Webhooks', ['ImagePrepared', 'ExamScreened', 'ExamReviewed', 'JobFinished']],
] as const)('the rule %s', (id, queue, types) => {
  const { EventPattern, Targets } = resourceOf(template, 'AWS::Events::Rule', id)
    .properties as unknown as RuleProperties;

  it('sends events of its types, as they were published, to its queue', () => {
    expect(EventPattern).toEqual({ source: ['retclip.screening'], 'detail-type': [...types] });
    expect(Targets).toHaveLength(1);
    expect(nameOf(Targets[0]?.Arn)).toBe(`HomeMessaging${queue}Queue`);
    expect(Targets[0]?.InputPath).toBe('$.detail');
  });

  it('buries what it cannot send, and may do both', () => {
    expect(JSON.stringify(Targets[0]?.DeadLetterConfig)).toContain(`HomeMessaging${queue}DeadLetters`);
    const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy').filter(({ id: name }) =>
      name.startsWith(`HomeMessaging${queue}`),
    );
    const allowed = policies
      .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
      .filter(({ effect, actions }) => effect === 'Allow' && actions.includes('sqs:SendMessage'));
    expect(allowed).toHaveLength(2);
    for (const { principal } of allowed) expect(principal).toEqual({ Service: 'events.amazonaws.com' });
  });
});

describe('search', () => {
  it('is answered by the function with the text tower, behind the same tokens', () => {
    const [route] = resourcesOf(template, 'AWS::ApiGatewayV2::Route').filter(
      ({ properties }) => properties.RouteKey === 'POST /v1/programs/{program}/search',
    );
    expect(route?.properties.AuthorizationType).toBe('JWT');
    const handler = resourceOf(template, 'AWS::Lambda::Function', 'SearchFunction');
    expect(handler.properties).toMatchObject({ PackageType: 'Image', Architectures: ['arm64'], Timeout: 29 });
  });

  it('keeps its vectors under the key of the data, and when the stack goes', () => {
    const bucket = resourceOf(template, 'AWS::S3Vectors::VectorBucket', 'HomeVectors');
    expect(bucket.deletionPolicy).toBe('Retain');
    expect(bucket.properties.EncryptionConfiguration).toMatchObject({ SseType: 'aws:kms' });
  });

  const vectorActions = (role: string) =>
    permissionsOf(template, role)
      .filter((permission) => permission.startsWith('s3vectors:'))
      .map((permission) => permission.split(' ')[0]);

  it.each([
    ['SearchIndexerRole', ['CreateIndex', 'DeleteVectors', 'ListIndexes', 'PutVectors']],
    ['SearchFunctionRole', ['GetVectors', 'QueryVectors']],
    ['ApiFunctionRole', ['DeleteVectors', 'GetVectors', 'ListIndexes', 'ListVectors']],
    ['WebhooksFunctionRole', []],
    ['AggregationFunctionRole', []],
  ] as const)('%s may do %s with vectors and nothing else', (role, actions) => {
    expect(vectorActions(role)).toEqual(actions.map((action) => `s3vectors:${action}`));
  });
});

describe('webhooks', () => {
  it('are sent one message a call, within the time of a loan', () => {
    const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').filter(({ id }) =>
      id.startsWith('WebhooksFunction'),
    );
    expect(mappings).toHaveLength(1);
    expect(mappings[0]?.properties).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    const handler = resourceOf(template, 'AWS::Lambda::Function', 'WebhooksFunction');
    expect(Number(handler.properties.Timeout) * 6).toBeLessThanOrEqual(
      QUEUE_SETTINGS.webhooks.visibilitySeconds,
    );
  });
});
