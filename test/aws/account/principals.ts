import { ACCOUNT, REGION } from '../emulator/ministack.ts';
import { policyStatements } from '../permissions/policy-statement.ts';
import type { Principal } from '../permissions/request-decision.ts';
import { type StackPermissions, stackPermissions } from '../permissions/template/stack-permissions.ts';
import type { SynthesizedApp } from '../stack/app-template.ts';
import { type DeployedStack, STACK_NAME } from '../stack/deploy-stack.ts';
import { LACKING_KINDS, type LackingKind, lackingKindOf } from '../stack/lacking-kinds.ts';
import type { RoleCredentials } from './role-credentials.ts';

/** Key of the person at the command line, whose account's administrator lets them look the stack up. */
export const OPERATOR_KEY = 'AKIAOPERATOR';
/** Key of a hospital's system that puts photographs straight into the bucket. */
export const SENDER_KEY = 'AKIASENDER';

/** Roles whose processes run in the stack's network, and call AWS through its endpoints. */
const IN_NETWORK = /^(?:PreparationFunction|ScreeningTask|Jobs(?:Screen|Rescore)Job|TrainingJob)/;

/** Physical ids of all resources: those deployed, and what stands for those left out. */
function allIds(app: SynthesizedApp, stack: DeployedStack): ReadonlyMap<string, string> {
  const ids = new Map(Object.entries(stack.ids));
  for (const [id, resource] of Object.entries(app.template.Resources)) {
    const kind = lackingKindOf(resource);
    if (kind === undefined) continue;
    const { ref, attributes }: LackingKind = LACKING_KINDS[kind];
    const value = ref ?? Object.values(attributes ?? {})[0];
    if (value !== undefined) ids.set(id, value(id));
  }
  return ids;
}

/** Who may do what in the deployed stack, by the statements that the app synthesises. */
export function readPermissions(app: SynthesizedApp, stack: DeployedStack): StackPermissions {
  return stackPermissions(app.template, {
    region: REGION,
    accountId: ACCOUNT,
    stackName: STACK_NAME,
    physicalIds: allIds(app, stack),
  });
}

/** What people outside of the stack may do, as docs/deploy.md tells an account's administrator. */
function outsiders(bucket: string, dataKey: string): readonly (readonly [string, Principal])[] {
  const look = {
    Effect: 'Allow',
    Action: 'cloudformation:DescribeStacks',
    Resource: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${STACK_NAME}/*`,
  };
  const send = [
    { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/images/*` },
    { Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: dataKey },
  ];
  return [
    [OPERATOR_KEY, { role: 'operator', statements: policyStatements({ Statement: look }, 'the operator') }],
    [SENDER_KEY, { role: 'sender', statements: policyStatements({ Statement: send }, 'the sender') }],
  ];
}

/**
 * Every principal by its key.
 *
 * @param credentials of the roles, by their logical ids
 */
export function principalsOf(
  permissions: StackPermissions,
  stack: DeployedStack,
  credentials: ReadonlyMap<string, RoleCredentials>,
): ReadonlyMap<string, Principal> {
  const { roles, endpointPolicies } = permissions;
  const ofRoles = [...roles].map(([id, { statements }]): readonly [string, Principal] => [
    credentials.get(id)?.accessKeyId ?? '',
    { role: id, statements, ...(IN_NETWORK.test(id) ? { endpointPolicies } : {}) },
  ]);
  return new Map([...ofRoles, ...outsiders(stack.outputs.DataBucket ?? '', stack.outputs.DataKey ?? '')]);
}
