import { describe, expect, it } from 'vitest';
import { contextOf } from './condition-keys.ts';
import { decide, type Policies } from './decide.ts';
import { UnknownPolicyError } from './errors.ts';
import { policyStatements } from './policy-statement.ts';

const principal = {
  accountId: '111122223333',
  roleArn: 'arn:aws:iam::111122223333:role/worker',
  sessionArn: 'arn:aws:sts::111122223333:assumed-role/worker/session',
};
const TLS = contextOf({ 'aws:SecureTransport': 'true' });
const LEFT = 'arn:aws:s3:::data/images/left.jpg';

function statements(...list: Record<string, unknown>[]) {
  return policyStatements({ Version: '2012-10-17', Statement: list }, 'a test');
}

function decided(policies: Policies, action = 's3:GetObject', resource = LEFT, context = TLS) {
  const decision = decide({ action, resource, context }, principal, policies);
  return decision.allowed ? 'allowed' : `${decision.explicit ? 'explicit' : 'implicit'} ${decision.kind}`;
}

const allow = (more: Record<string, unknown> = {}) => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: '*',
  ...more,
});
const deny = (more: Record<string, unknown> = {}) => ({ ...allow(more), Effect: 'Deny' });

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
describe('decide, within one account', () => {
  it('denies what nothing allows', () => {
    expect(decided({ identity: [] })).toBe('implicit identity-based');
  });

  it('lets an explicit denial win, wherever it stands', () => {
    expect(decided({ identity: statements(allow(), deny()) })).toBe('explicit identity-based');
    expect(decided({ identity: statements(deny(), allow()) })).toBe('explicit identity-based');
    expect(decided({ identity: statements(allow()), resource: statements(deny({ Principal: '*' })) })).toBe(
      'explicit resource-based',
    );
  });

  it.each([
    // Actions are compared whatever their case, resources by it.
    ['S3:getobject', '*', 'allowed'],
    ['s3:Get*', '*', 'allowed'],
    ['s3:GetObject?ersion', '*', 'implicit identity-based'],
    ['s3:GetObject', 'arn:aws:s3:::data/images/*', 'allowed'],
    ['s3:GetObject', 'arn:aws:s3:::data/*.jpg', 'allowed'],
    ['s3:GetObject', 'arn:aws:s3:::data/images/lef?.jpg', 'allowed'],
    ['s3:GetObject', 'arn:aws:s3:::data/images/LEFT.jpg', 'implicit identity-based'],
    ['s3:GetObject', 'arn:aws:s3:::data', 'implicit identity-based'],
    ['s3:GetObject', 'arn:aws:s3:::dataXimages/*', 'implicit identity-based'],
  ])('compares action %s and resource %s by their wildcards: %s', (Action, Resource, expected) => {
    expect(decided({ identity: statements(allow({ Action, Resource })) })).toBe(expected);
  });

  it('takes NotAction and NotResource as all others', () => {
    const { Action: _, ...others } = allow({ NotAction: 'iam:*' });
    expect(decided({ identity: statements(others) })).toBe('allowed');
    expect(decided({ identity: statements(others) }, 'iam:PassRole')).toBe('implicit identity-based');
    const { Resource: __, ...elsewhere } = allow({ NotResource: 'arn:aws:s3:::data/images/*' });
    expect(decided({ identity: statements(elsewhere) })).toBe('implicit identity-based');
    expect(decided({ identity: statements(elsewhere) }, 's3:GetObject', 'arn:aws:s3:::data/models/x')).toBe(
      'allowed',
    );
  });

  it('lets a policy of the resource allow a role by itself, but the account only where the role may as well', () => {
    const by = (Principal: unknown) => statements(allow({ Principal }));
    expect(decided({ identity: [], resource: by({ AWS: principal.roleArn }) })).toBe('allowed');
    expect(decided({ identity: [], resource: by({ AWS: 'arn:aws:iam::111122223333:root' }) })).toBe(
      'implicit identity-based',
    );
    expect(decided({ identity: [], resource: by({ AWS: 'arn:aws:iam::111122223333:role/other' }) })).toBe(
      'implicit identity-based',
    );
    expect(decided({ identity: [], resource: by({ Service: 's3.amazonaws.com' }) })).toBe(
      'implicit identity-based',
    );
  });

  it('asks for TLS where a bucket does', () => {
    const bucket = statements({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:*',
      Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    const policies = { identity: statements(allow()), resource: bucket };
    expect(decided(policies)).toBe('allowed');
    expect(decided(policies, 's3:GetObject', LEFT, contextOf({ 'aws:SecureTransport': 'false' }))).toBe(
      'explicit resource-based',
    );
  });

  /** @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html */
  it('lets a key be used only by its own policy, be it that this trusts the account', () => {
    const mayDecrypt = statements({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' });
    const key = (Principal: unknown) => ({
      identity: mayDecrypt,
      resource: statements({ Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal }),
      resourceMustAllow: true,
    });
    const arn = 'arn:aws:kms:eu-west-1:111122223333:key/k';
    expect(decided(key({ AWS: 'arn:aws:iam::111122223333:root' }), 'kms:Decrypt', arn)).toBe('allowed');
    expect(decided(key({ Service: 's3.amazonaws.com' }), 'kms:Decrypt', arn)).toBe('implicit resource-based');
  });

  /** @see https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html */
  it('lets through an endpoint what its policy and the role allow', () => {
    const endpoint = statements(allow({ Principal: { AWS: '*' } }));
    expect(decided({ identity: statements(allow()), endpoint })).toBe('allowed');
    expect(decided({ identity: [], endpoint })).toBe('implicit identity-based');
    const put = { identity: statements(allow({ Action: 's3:*' })), endpoint };
    expect(decided(put, 's3:DeleteObject')).toBe('implicit VPC endpoint');
  });

  it.each([
    [{ Effect: 'Permit', Action: '*', Resource: '*' }],
    [{ Effect: 'Allow', Resource: '*' }],
    [{ Effect: 'Allow', Action: '*', NotAction: '*', Resource: '*' }],
    [{ Effect: 'Allow', Action: '*', Resource: '*', NotPrincipal: '*' }],
    [{ Effect: 'Allow', Action: '*', Resource: '*', Conditions: {} }],
  ])('does not read %j', (statement) => {
    expect(() => statements(statement)).toThrow(UnknownPolicyError);
  });

  it('fails for a variable that has no value', () => {
    const identity = statements(
      allow({ Resource: `arn:aws:s3:::data/${'$'.concat('{aws:PrincipalTag/team}')}/*` }),
    );
    expect(() => decided({ identity })).toThrow(UnknownPolicyError);
  });
});
