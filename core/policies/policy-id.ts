import { createHash } from 'node:crypto';
import type { OutcomePolicy } from './outcome-policy.ts';

/** One text for one value: keys sorted, nothing undefined. @see RFC 8785 */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, content]) => content !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, content]) => `${JSON.stringify(key)}:${canonical(content)}`).join(',')}}`;
}

/**
 * Names a policy by all that it decides by, so that a result says which one decided it. Its name decides nothing.
 *
 * @returns 16 hexadecimal digits of a SHA-256 of its canonical JSON
 */
export function policyId(policy: OutcomePolicy): string {
  const { name: _, ...decisive } = policy;
  const content = canonical({ ...decisive, schema: 'outcome-policy/2' });
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
