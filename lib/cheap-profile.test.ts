import { describe, expect, it } from 'vitest';
import { nameOf, resourceOf, resourcesOf } from './testing/resources.ts';
import { synthesize } from './testing/synthesize.ts';

const { template } = synthesize({ profile: 'cheap' });
const { template: asked } = synthesize({ profile: 'cheap', gpuService: 'on' });

describe('a cheap deployment', () => {
  it('spans one zone, in which one endpoint is billed: that of SQS', () => {
    expect(resourcesOf(template, 'AWS::EC2::Subnet')).toHaveLength(1);
    const billed = resourcesOf(template, 'AWS::EC2::VPCEndpoint').filter(
      ({ properties }) => properties.VpcEndpointType === 'Interface',
    );
    expect(billed.map(({ properties }) => nameOf(properties.ServiceName).split('.').at(-1))).toEqual(['sqs']);
    for (const { properties } of billed) expect(properties.SubnetIds).toHaveLength(1);
  });

  it('opens photographs in the network without a way to the internet, as every deployment does', () => {
    const inNetwork = resourcesOf(template, 'AWS::Lambda::Function').filter(
      ({ properties }) => properties.VpcConfig !== undefined,
    );
    expect(inNetwork.map(({ id }) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'LiveLaneFunction',
      'PreparationFunction',
    ]);
    expect(resourcesOf(template, 'AWS::EC2::InternetGateway')).toEqual([]);
    expect(resourcesOf(template, 'AWS::EC2::NatGateway')).toEqual([]);
  });

  it.each([
    'AWS::ECS::Cluster',
    'AWS::AutoScaling::AutoScalingGroup',
    'AWS::Batch::ComputeEnvironment',
    'AWS::Batch::JobQueue',
  ])('has no %s until GPU workers are asked for', (type) => {
    expect(resourcesOf(template, type)).toEqual([]);
    expect(resourcesOf(asked, type).length).toBeGreaterThan(0);
  });

  it('refuses jobs by its API, since nothing would work on them', () => {
    const variables = ({ properties }: ReturnType<typeof resourceOf>) =>
      (properties.Environment as { Variables: Record<string, unknown> }).Variables;
    expect(variables(resourceOf(template, 'AWS::Lambda::Function', 'ApiFunction')).RETCLIP_JOBS).toBe('off');
    expect(variables(resourceOf(asked, 'AWS::Lambda::Function', 'ApiFunction')).RETCLIP_JOBS).toBeUndefined();
  });

  it('keeps every photograph, copy, key and alarm on what waits', () => {
    const { template: standard } = synthesize();
    for (const type of [
      'AWS::S3::Bucket',
      'AWS::DynamoDB::Table',
      'AWS::KMS::Key',
      'AWS::Backup::BackupPlan',
    ])
      expect([type, resourcesOf(template, type).length]).toEqual([type, resourcesOf(standard, type).length]);
    const names = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ id }) => id);
    expect(names.some((id) => id.includes('WorkerDown'))).toBe(true);
  });
});
