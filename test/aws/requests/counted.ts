import type { Counted } from '../../../lib/cost/work/counted.ts';
import type { EmulatedAccount } from '../account/emulated-account.ts';
import { roleIn } from '../functions/deployed-functions.ts';
import type { FunctionUse } from '../functions/function-host.ts';

/** How far the account's books were at an instant. */
export interface Snapshot {
  readonly requests: number;
  readonly functions: ReadonlyMap<string, FunctionUse>;
}

export function snapshotOf({ permissions, functions }: EmulatedAccount): Snapshot {
  return { requests: permissions.requests.length, functions: new Map(functions.used) };
}

interface Part {
  /** Logical id of its function; the workers have none. */
  readonly id?: string;
  readonly role: string;
  readonly name: string;
}

/** The parts of the stack, each by the service that its variables name. */
function partsOf({ app }: EmulatedAccount): readonly Part[] {
  const functions = Object.entries(app.template.Resources).flatMap(([id, { Type, Properties = {} }]) => {
    if (Type !== 'AWS::Lambda::Function') return [];
    const { Variables } = (Properties.Environment ?? {}) as { Variables?: Record<string, string> };
    const name = Variables?.POWERTOOLS_SERVICE_NAME ?? id;
    return [{ id, role: roleIn(Properties.Role), name }];
  });
  const tasks = Object.values(app.template.Resources)
    .filter(({ Type }) => Type === 'AWS::ECS::TaskDefinition')
    .map(({ Properties = {} }) => ({ role: roleIn(Properties.TaskRoleArn), name: 'gpu-worker' }));
  return [...functions, ...tasks];
}

/**
 * What was asked since.
 *
 * @param exams how many were screened meanwhile
 */
export function countedSince(
  account: EmulatedAccount,
  before: Snapshot,
  exams: { readonly exams: number; readonly imagesPerExam: number; readonly itemBytes: number },
): Counted {
  const parts = partsOf(account);
  const requests: Record<string, Record<string, { count: number; bytes: number }>> = {};
  for (const { role, service, operation, bytes } of account.permissions.requests.slice(before.requests)) {
    const name = parts.find((part) => role.includes(part.role))?.name ?? role;
    const ofPart = requests[name] ?? {};
    requests[name] = ofPart;
    const sofar = ofPart[`${service} ${operation}`] ?? { count: 0, bytes: 0 };
    ofPart[`${service} ${operation}`] = { count: sofar.count + 1, bytes: sofar.bytes + bytes };
  }
  const functions: Record<string, FunctionUse> = {};
  for (const { id, name } of parts) {
    const use = id === undefined ? undefined : account.functions.used.get(id);
    const former = id === undefined ? undefined : before.functions.get(id);
    if (use === undefined || use.calls === former?.calls) continue;
    functions[name] = {
      calls: use.calls - (former?.calls ?? 0),
      messages: use.messages - (former?.messages ?? 0),
      processor: Math.round(use.processor - (former?.processor ?? 0)),
    };
  }
  return { schema: 'counted-requests/1', ...exams, requests, functions };
}
