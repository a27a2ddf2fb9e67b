import { BlockDeviceVolume, EbsDeviceVolumeType } from 'aws-cdk-lib/aws-autoscaling';
import type { CfnComputeEnvironment, IManagedComputeEnvironment } from 'aws-cdk-lib/aws-batch';
import { LaunchTemplate, LaunchTemplateHttpTokens } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { CLUSTER_ACTIONS, ENDPOINT_ACTIONS, INSTANCE_ACTIONS } from './ecs-agent-actions.ts';
import { guardedMetadata } from './guarded-metadata.ts';

/**
 * How AWS Batch starts an instance: with an encrypted disk, and with metadata that containers cannot read, whichever
 * network they are given.
 */
export function createBatchLaunchTemplate(
  scope: Construct,
  id: string,
  diskGibibytes: number,
): LaunchTemplate {
  return new LaunchTemplate(scope, id, {
    httpTokens: LaunchTemplateHttpTokens.REQUIRED,
    httpPutResponseHopLimit: 1,
    requireImdsv2: true,
    userData: guardedMetadata(),
    blockDevices: [
      {
        deviceName: '/dev/xvda',
        volume: BlockDeviceVolume.ebs(diskGibibytes, {
          encrypted: true,
          volumeType: EbsDeviceVolumeType.GP3,
          deleteOnTermination: true,
        }),
      },
    ],
  });
}

/**
 * Starts an environment's instances by the template's own version. Without one Batch keeps that which was the default when the
 * environment was made: a changed template would change nothing, in silence.
 *
 * @see https://docs.aws.amazon.com/batch/latest/userguide/launch-templates.html
 */
export function useLatestVersion(environment: IManagedComputeEnvironment, template: LaunchTemplate): void {
  (environment.node.defaultChild as CfnComputeEnvironment).addPropertyOverride(
    'ComputeResources.LaunchTemplate.Version',
    template.latestVersionNumber,
  );
}

/** What the ECS agent of an instance calls. Batch makes its own cluster, whose name is not known beforehand. */
export function createBatchInstanceRole(scope: Construct, id: string): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({
      actions: [...CLUSTER_ACTIONS, ...INSTANCE_ACTIONS, ...ENDPOINT_ACTIONS],
      resources: ['*'],
    }),
  );
  acknowledge(role, {
    'AwsSolutions-IAM5[Resource::*]':
      'The ECS agent registers with the cluster that Batch makes: its name is not known when the role is made.',
  });
  acknowledge(role.node.findChild('DefaultPolicy'), {
    CKV_AWS_111:
      'The ECS agent registers with the cluster that Batch makes: its name is not known when the role is made.',
  });
  return role;
}
