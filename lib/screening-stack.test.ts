import { Validations } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks, HIPAASecurityChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { ENDPOINT_OUTPUT } from '../aws/stack-outputs.ts';
import { nameOf, resourcesOf, statementsOf } from './testing/resources.ts';
import { synthesize } from './testing/synthesize.ts';

const PACKS = [
  ['AwsSolutions', AwsSolutionsChecks],
  ['HIPAA.Security', HIPAASecurityChecks],
] as const;

/** `rule: construct` of each finding that no reason stands for. */
function findingsOf(app: IConstruct, Pack: (typeof PACKS)[number][1]): readonly string[] {
  return new Pack(app)
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName}: ${constructPath}`),
    );
}

const DEPLOYMENTS = [
  ['as it comes', {}],
  ['with its own issuer', { jwtIssuer: 'https://login.example.org', jwtAudience: 'retclip' }],
  ['with an address for alarms', { alarmEmail: 'duty@example.org' }],
  ['with a training', { trainingNodes: '2' }],
  ['at little cost', { profile: 'cheap' }],
] as const;

describe.each(DEPLOYMENTS)('the stack %s', (_name, settings) => {
  const { app, stack, template } = synthesize(settings);

  it.each(PACKS)('leaves no finding of cdk-nag %s without a reason', (_pack, Pack) => {
    expect(findingsOf(app, Pack)).toEqual([]);
  });

  it('accepts findings only with a reason in words', () => {
    const reasons = stack.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.values(data as Record<string, string>));
    expect(reasons.length).toBeGreaterThan(5);
    for (const reason of reasons) expect(reason.split(' ').length).toBeGreaterThan(5);
  });

  it('tells where its API answers by the output that the command line reads', () => {
    const { Outputs } = template.toJSON() as { Outputs: Record<string, { Value: unknown }> };
    expect(nameOf(Outputs[ENDPOINT_OUTPUT]?.Value)).toBe('ApiHttp');
  });

  it('allows no action by wildcard', () => {
    const inline = resourcesOf(template, 'AWS::IAM::Role').flatMap(
      ({ properties }) => (properties.Policies as { PolicyDocument: unknown }[] | undefined) ?? [],
    );
    const allowed = [
      ...resourcesOf(template).map(({ properties }) => properties.PolicyDocument),
      ...inline.map(({ PolicyDocument }) => PolicyDocument),
    ]
      .filter((document) => typeof document === 'object' && document !== null)
      .flatMap(statementsOf)
      .filter(({ effect }) => effect === 'Allow')
      .flatMap(({ actions }) => actions);
    expect(allowed.length).toBeGreaterThan(50);
    expect(allowed.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('gives no role a policy that AWS manages', () => {
    for (const { id, properties } of resourcesOf(template, 'AWS::IAM::Role'))
      expect(properties.ManagedPolicyArns, id).toBeUndefined();
  });

  it('calls no function without waiting for its answer', () => {
    const callers = resourcesOf(template, 'AWS::Lambda::Permission').map(
      ({ properties }) => properties.Principal,
    );
    expect(callers.length).toBeGreaterThan(2);
    for (const caller of callers) expect(caller).toMatch(/^(?:apigateway|cognito-idp)\.amazonaws\.com$/);
    expect(resourcesOf(template, 'AWS::Lambda::EventInvokeConfig')).toEqual([]);
  });

  it('names no account and no region', () => {
    const text = JSON.stringify(template.toJSON());
    expect(text).not.toMatch(/\b\d{12}\b/);
    expect(text).not.toMatch(/\b(us|eu|ap|sa|ca|me|af)-(north|south|east|west|central)\w*-\d\b/);
  });
});

describe('the check by cdk-nag', () => {
  it('finds what is wrong', () => {
    const { app, stack } = synthesize();
    new Bucket(stack, 'Careless');
    new LogGroup(stack, 'Legible');
    const [solutions, hipaa] = PACKS.map(([, Pack]) => findingsOf(app, Pack));
    expect(solutions).toContain('AwsSolutions-S10: Screening/Careless/Resource');
    expect(hipaa).toEqual(
      expect.arrayContaining([
        'HIPAA.Security-S3BucketReplicationEnabled: Screening/Careless/Resource',
        'HIPAA.Security-CloudWatchLogGroupEncrypted: Screening/Legible/Resource',
      ]),
    );
  });
});

describe('the outputs of the stack', () => {
  it('tell where everything is', () => {
    const { template } = synthesize();
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'AlarmTopic',
      'BulkPreparationDeadLetters',
      'BulkPreparationQueue',
      'DataBucket',
      'DataKey',
      'Endpoint',
      'EventBus',
      'ExamTable',
      'IndexingDeadLetters',
      'IndexingQueue',
      'IntakeDeadLetters',
      'IntakeQueue',
      'Issuer',
      'LiveScreeningDeadLetters',
      'LiveScreeningQueue',
      'PreparationDeadLetters',
      'PreparationQueue',
      'PreparedBucket',
      'ResultsDeadLetters',
      'ResultsQueue',
      'ScreeningDeadLetters',
      'ScreeningQueue',
      'SignInClient',
      'SignInScope',
      'UserPool',
      'UserPoolClient',
      'VectorBucket',
      'WebhooksDeadLetters',
      'WebhooksQueue',
    ]);
  });
});
