import type { Schemas } from '../../api/client.ts';

type Finding = Schemas['Finding'];

/** Healthy has no place. */
const HEALTHY = 'normal';

/** The findings of one eye that may have a map, the furthest above its limit first. */
export function mappedFindings(findings: readonly Finding[], eye: 'left' | 'right'): readonly Finding[] {
  const above = ({ probability, threshold }: Finding) => probability - threshold;
  return findings
    .filter(({ level, label, positive }) => level === eye && positive && label !== HEALTHY)
    .toSorted((a, b) => above(b) - above(a));
}
