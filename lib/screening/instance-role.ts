import type { ICluster } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { CLUSTER_ACTIONS, ENDPOINT_ACTIONS, INSTANCE_ACTIONS } from '../batch/ecs-agent-actions.ts';

/**
 * The role of the GPU instances: what the ECS agent calls, spelled out and bound to one cluster where ECS can bind it.
 * Images are pulled and logs written with the tasks' own execution role, and containers cannot reach this one.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html
 */
export function createInstanceRole(scope: Construct, id: string, cluster: ICluster): Role {
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  role.addToPolicy(
    new PolicyStatement({
      actions: CLUSTER_ACTIONS,
      resources: [cluster.clusterArn],
    }),
  );
  role.addToPolicy(
    new PolicyStatement({
      actions: INSTANCE_ACTIONS,
      resources: ['*'],
      conditions: { ArnEquals: { 'ecs:cluster': cluster.clusterArn } },
    }),
  );
  role.addToPolicy(new PolicyStatement({ actions: ENDPOINT_ACTIONS, resources: ['*'] }));
  acknowledge(role, {
    'AwsSolutions-IAM5[Resource::*]':
      'The ECS agent asks for its endpoint of no resource in particular; its other calls are bound to the cluster by a condition.',
  });
  return role;
}
