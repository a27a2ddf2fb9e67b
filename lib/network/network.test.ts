import { describe, expect, it } from 'vitest';
import { nameOf, resourceOf, resourcesOf, statementsOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize();

describe('the network', () => {
  it.each(['AWS::EC2::NatGateway', 'AWS::EC2::InternetGateway', 'AWS::EC2::EIP', 'AWS::EC2::Route'])(
    'has no %s',
    (type) => {
      expect(resourcesOf(template, type)).toEqual([]);
    },
  );

  it('reaches the services that a worker needs by endpoints', () => {
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

  it('leads to no bucket but the own one and that of image layers', () => {
    const endpoint = resourceOf(template, 'AWS::EC2::VPCEndpoint', 'NetworkVpcObjectStore');
    const resources = statementsOf(endpoint.properties.PolicyDocument).flatMap(
      (statement) => statement.resources,
    );
    expect(resources.map(nameOf)).toEqual([
      'HomeStorageData',
      'HomeStorageData/*',
      'arn:AWS::Partition:s3:::prod-AWS::Region-starport-layer-bucket/*',
    ]);
  });
});
