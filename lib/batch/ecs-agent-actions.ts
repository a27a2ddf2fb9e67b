/** What the ECS agent of an instance calls of its cluster. */
export const CLUSTER_ACTIONS = [
  'ecs:RegisterContainerInstance',
  'ecs:DeregisterContainerInstance',
  'ecs:SubmitAttachmentStateChanges',
  'ecs:SubmitContainerStateChange',
  'ecs:SubmitTaskStateChange',
];

/** What it calls of the instance, which IAM binds to a cluster by a condition only. */
export const INSTANCE_ACTIONS = [
  'ecs:Poll',
  'ecs:StartTelemetrySession',
  'ecs:UpdateContainerInstancesState',
];

/** What it calls of no resource in particular. */
export const ENDPOINT_ACTIONS = ['ecs:DiscoverPollEndpoint'];
