import type { EmulatedAccount } from '../account/emulated-account.ts';
import type { FunctionUse } from '../functions/function-host.ts';

/** How far the account's books were at an instant. */
export interface Snapshot {
  readonly requests: number;
  readonly functions: ReadonlyMap<string, FunctionUse>;
}

/** What exams asked of AWS. */
export interface Counted {
  readonly exams: number;
  /** By role, then by `service operation`: requests, all of them, and their bytes. */
  readonly requests: Readonly<Record<string, Readonly<Record<string, { count: number; bytes: number }>>>>;
  /** By the function's folder. */
  readonly functions: Readonly<Record<string, FunctionUse>>;
}

export function snapshotOf({ permissions, functions }: EmulatedAccount): Snapshot {
  return { requests: permissions.requests.length, functions: new Map(functions.used) };
}

/** What was asked since. @param exams how many were screened meanwhile */
export function countedSince(account: EmulatedAccount, before: Snapshot, exams: number): Counted {
  const requests: Record<string, Record<string, { count: number; bytes: number }>> = {};
  for (const { role, service, operation, bytes } of account.permissions.requests.slice(before.requests)) {
    const ofRole = requests[role] ?? {};
    requests[role] = ofRole;
    const name = `${service} ${operation}`;
    const sofar = ofRole[name] ?? { count: 0, bytes: 0 };
    ofRole[name] = { count: sofar.count + 1, bytes: sofar.bytes + bytes };
  }
  const functions: Record<string, FunctionUse> = {};
  for (const [id, use] of account.functions.used) {
    const former = before.functions.get(id);
    functions[id] = {
      calls: use.calls - (former?.calls ?? 0),
      messages: use.messages - (former?.messages ?? 0),
      processor: use.processor - (former?.processor ?? 0),
    };
  }
  return { exams, requests, functions };
}
