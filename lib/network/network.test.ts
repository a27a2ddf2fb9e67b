import { describe, expect, it } from 'vitest';
import { nameOf, permissionsOf, resourceOf, resourcesOf, statementsOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize();

describe('the network', () => {
  it.each(['AWS::EC2::NatGateway', 'AWS::EC2::InternetGateway', 'AWS::EC2::EIP', 'AWS::EC2::Route'])(
    'has no %s',
    (type) => {
      expect(resourcesOf(template, type)).toEqual([]);
    },
  );

  it('reaches the services that workers and preparation need by endpoints', () => {
    const services = resourcesOf(template, 'AWS::EC2::VPCEndpoint').map(({ properties }) =>
      nameOf(properties.ServiceName).split('.').slice(3).join('.'),
    );
    expect(services.sort()).toEqual(
      ['dynamodb', 'ecr.api', 'ecr.dkr', 'ecs', 'ecs-agent', 'ecs-telemetry', 'logs', 's3', 'sqs'].sort(),
    );
  });

  it('lets nothing in to the workers', () => {
    const group = resourceOf(template, 'AWS::EC2::SecurityGroup', 'NetworkWorkerSecurityGroup');
    expect(group.properties.SecurityGroupIngress).toBeUndefined();
    expect(group.properties.SecurityGroupEgress).toEqual([
      expect.objectContaining({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
    ]);
    for (const { properties } of resourcesOf(template, 'AWS::EC2::SecurityGroupIngress'))
      expect(nameOf(properties.GroupId)).not.toContain('Worker');
  });

  /** `action on resource`, as an endpoint's policy allows it to anybody. */
  const allowedBy = (id: string) =>
    statementsOf(resourceOf(template, 'AWS::EC2::VPCEndpoint', id).properties.PolicyDocument).flatMap(
      ({ actions, resources }) =>
        resources.flatMap((resource) => actions.map((action) => `${action} on ${nameOf(resource)}`)),
    );

  it('leads to no bucket but the own ones and that of image layers', () => {
    const buckets = allowedBy('NetworkVpcObjectStore').map((permission) => permission.split(' on ')[1]);
    expect([...new Set(buckets)]).toEqual([
      'HomeStorageData',
      'HomeStorageData/*',
      'HomeStoragePrepared',
      'HomeStoragePrepared/prepared/*',
      'arn:AWS::Partition:s3:::prod-AWS::Region-starport-layer-bucket/*',
    ]);
  });

  it('lets photographs be read and nothing of them be removed; what is prepared may be removed', () => {
    const allowed = allowedBy('NetworkVpcObjectStore');
    expect(allowed).not.toContain('s3:DeleteObject on HomeStorageData/*');
    expect(allowed.filter((permission) => permission.endsWith('HomeStoragePrepared/prepared/*'))).toEqual(
      ['DeleteObject', 'GetObject', 'ListBucket', 'PutObject'].map(
        (action) => `s3:${action} on HomeStoragePrepared/prepared/*`,
      ),
    );
  });

  it('leads to no queue and no table but the own ones, whoever signs', () => {
    const queues = allowedBy('NetworkVpcSqs').map((permission) => permission.split(' on ')[1]);
    expect(queues.length).toBeGreaterThan(0);
    for (const queue of queues) expect(queue).toMatch(/^HomeMessaging\w+(?:Queue|DeadLetters)$/);
    expect(allowedBy('NetworkVpcExamTable')).toEqual([
      'dynamodb:GetItem on HomeStorageExams',
      'dynamodb:PutItem on HomeStorageExams',
    ]);
  });

  it('refuses to no role of the workers what its own policies allow', () => {
    const inNetwork = [
      'ScreeningTaskTaskRole',
      'JobsScreenJobRole',
      'JobsRescoreJobRole',
      'PreparationFunctionRole',
      'LiveLaneFunctionRole',
    ];
    const needed = inNetwork.flatMap((role) => permissionsOf(template, role));
    for (const [service, endpoint] of [
      ['sqs', 'NetworkVpcSqs'],
      ['dynamodb', 'NetworkVpcExamTable'],
    ] as const) {
      const allowed = new Set(allowedBy(endpoint));
      // Lambda reads the queues of preparation itself, from outside of the network. What is done the function deletes, too.
      const refused = needed.filter(
        (permission) =>
          permission.startsWith(`${service}:`) &&
          !allowed.has(permission) &&
          !/^sqs:(?:ReceiveMessage|GetQueueUrl|GetQueueAttributes) on HomeMessaging(?:(?:Bulk)?Preparation|LiveScreening)Queue$/.test(
            permission,
          ),
      );
      expect([service, refused]).toEqual([service, []]);
    }
  });
});
