import { beforeAll, describe, expect, it } from 'vitest';
import { synthesize } from '../../../../lib/testing/synthesize.ts';
import { UnknownPolicyError, UnresolvedReferenceError } from '../errors.ts';
import { type StackPermissions, stackPermissions } from './stack-permissions.ts';

const deployed = {
  region: 'eu-west-1',
  accountId: '111122223333',
  stackName: 'Screening',
  physicalIds: new Map([
    ['Data', 'data-1x2y'],
    ['Key', 'key-1'],
    ['Intake', 'https://sqs.eu-west-1.amazonaws.com/111122223333/intake-1'],
    ['Role', 'worker-1'],
    ['Shared', 'arn:aws:iam::111122223333:policy/shared'],
  ]),
};

function grant(Resource: unknown, Action = 's3:GetObject') {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] };
}

const template = (role: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  Resources: {
    Data: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              ServerSideEncryptionByDefault: {
                SSEAlgorithm: 'aws:kms',
                KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] },
              },
            },
          ],
        },
      },
    },
    Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [] } } },
    Intake: { Type: 'AWS::SQS::Queue' },
    Role: { Type: 'AWS::IAM::Role', Properties: role },
    ...more,
  },
});

function resourcesOfRole(role: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const { roles } = stackPermissions(template(role, more), deployed);
  return roles.get('Role')?.statements.flatMap(({ Resource }) => Resource ?? []);
}

describe('stackPermissions', () => {
  it.each([
    [{ Ref: 'Data' }, 'data-1x2y'],
    [{ 'Fn::GetAtt': ['Data', 'Arn'] }, 'arn:aws:s3:::data-1x2y'],
    [{ 'Fn::GetAtt': 'Intake.Arn' }, 'arn:aws:sqs:eu-west-1:111122223333:intake-1'],
    [{ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Data', 'Arn'] }, '/left/*']] }, 'arn:aws:s3:::data-1x2y/left/*'],
    [
      { 'Fn::Sub': '$'.concat('{Data.Arn}/$', '{!x}/$', '{AWS::Region}') },
      `arn:aws:s3:::data-1x2y/${'$'.concat('{x}')}/eu-west-1`,
    ],
    [{ 'Fn::Sub': ['$'.concat('{eye}-$', '{Data}'), { eye: 'left' }] }, 'left-data-1x2y'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['-', { Ref: 'Data' }] }] }, '1x2y'],
    [
      { 'Fn::Sub': '$'.concat('{AWS::Partition}:$', '{AWS::AccountId}:$', '{AWS::StackName}') },
      'aws:111122223333:Screening',
    ],
  ])('replaces %j', (reference, expected) => {
    const Policies = [{ PolicyName: 'own', PolicyDocument: grant(reference) }];
    expect(resourcesOfRole({ Policies })).toEqual([expected]);
  });

  it('joins what is inline, attached and managed', () => {
    const attached = (Type: string, resource: string) => ({
      Type,
      Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: grant(resource) },
    });
    const role = {
      Policies: [{ PolicyName: 'own', PolicyDocument: grant('inline') }],
      ManagedPolicyArns: [
        { Ref: 'Shared' },
        {
          'Fn::Join': [
            '',
            ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
          ],
        },
      ],
    };
    const others = {
      Type: 'AWS::IAM::Policy',
      Properties: { Roles: [{ Ref: 'Data' }], PolicyDocument: grant('others') },
    };
    expect(
      resourcesOfRole(role, {
        Policy: attached('AWS::IAM::Policy', 'attached'),
        Managed: attached('AWS::IAM::ManagedPolicy', 'managed'),
        Shared: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: grant('shared') } },
        Others: others,
      }),
    ).toEqual(['inline', 'attached', 'managed', 'shared', '*']);
  });

  it('fails for what is not deployed, for functions and for managed policies that it does not know', () => {
    const inline = (reference: unknown) => () =>
      resourcesOfRole({ Policies: [{ PolicyName: 'own', PolicyDocument: grant(reference) }] });
    expect(inline({ Ref: 'Nowhere' })).toThrow(UnresolvedReferenceError);
    expect(inline({ 'Fn::ImportValue': 'x' })).toThrow(UnresolvedReferenceError);
    expect(inline({ 'Fn::GetAtt': ['Intake', 'Colour'] })).toThrow(UnresolvedReferenceError);
    expect(() => resourcesOfRole({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/PowerUserAccess'] })).toThrow(
      UnknownPolicyError,
    );
  });

  it('knows by which key a bucket is encrypted', () => {
    const { facts } = stackPermissions(template({}), deployed);
    expect(facts.keyOfBucket('data-1x2y')).toBe('arn:aws:kms:eu-west-1:111122223333:key/key-1');
    expect(facts.keyOfBucket('other')).toBeUndefined();
  });
});

describe('what the stack itself permits', () => {
  let permissions: StackPermissions;

  beforeAll(() => {
    const synthesized = synthesize().template.toJSON();
    const ids = Object.keys(synthesized.Resources as object).map((id) => [id, id.toLowerCase()] as const);
    permissions = stackPermissions(synthesized, { ...deployed, physicalIds: new Map(ids) });
  });

  it('is read for each of its roles', () => {
    const empty = [...permissions.roles.values()].filter(({ statements }) => statements.length === 0);
    expect(permissions.roles.size).toBeGreaterThan(15);
    // It scales by what its service is linked to.
    expect(empty.map(({ logicalId }) => logicalId)).toEqual([
      expect.stringMatching(/^ScreeningScalingTargetRole/),
    ]);
  });

  it('is bound to TLS for its buckets and each of its queues', () => {
    const denials = [...permissions.resourcePolicies].filter(([, statements]) =>
      statements.some(
        ({ Effect, Condition }) =>
          Effect === 'Deny' && Condition?.Bool?.['aws:SecureTransport']?.[0] === 'false',
      ),
    );
    expect(denials.filter(([arn]) => arn.includes(':s3:::'))).toHaveLength(3);
    expect(denials.filter(([arn]) => arn.includes(':sqs:'))).toHaveLength(20);
  });

  it('encrypts its data and its vectors by a key of its own', () => {
    const [bucket] = [...permissions.resourcePolicies.keys()].filter((arn) =>
      arn.includes('homestoragedata'),
    );
    expect(permissions.facts.keyOfBucket(bucket?.split(':').at(-1) ?? '')).toMatch(/:key\/homestoragekey/);
    expect([...permissions.endpointPolicies.keys()]).toEqual(['s3', 'dynamodb', 'sqs']);
  });
});
