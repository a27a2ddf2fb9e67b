import { MultipartBody, MultipartUserData, UserData } from 'aws-cdk-lib/aws-ec2';

/** User of every container of ours, as the images make it: never root. */
export const CONTAINER_USER = '10001:10001';

/**
 * User data of an instance that AWS Batch starts, which keep the instance's role from containers.
 *
 * Batch gives a container the instance's own network: its requests for the instance's metadata take no hop, so that no
 * limit of hops stops them. They are told by their user instead: the ECS agent is root, a container is not. Containers
 * with a network interface of their own, as those of a job of several nodes have it, are stopped by the agent.
 *
 * Batch takes user data in parts alone. A boothook runs at every start of the instance, before anything is asked for.
 *
 * @see https://docs.aws.amazon.com/batch/latest/userguide/launch-templates.html
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html
 */
export function guardedMetadata(): MultipartUserData {
  const commands = UserData.forLinux({ shebang: '#!/bin/bash' });
  const rule = 'OUTPUT -d 169.254.169.254/32 -m owner ! --uid-owner 0 -j REJECT';
  const setting = 'ECS_AWSVPC_BLOCK_IMDS=true';
  commands.addCommands(
    // An instance whose metadata cannot be guarded must run no container.
    'set -e',
    `iptables -C ${rule} 2> /dev/null || iptables -I ${rule} || shutdown -h now`,
    'mkdir -p /etc/ecs',
    `grep -qxF ${setting} /etc/ecs/ecs.config 2> /dev/null || echo ${setting} >> /etc/ecs/ecs.config`,
  );
  const parts = new MultipartUserData();
  parts.addPart(MultipartBody.fromUserData(commands, 'text/cloud-boothook; charset="utf-8"'));
  return parts;
}
