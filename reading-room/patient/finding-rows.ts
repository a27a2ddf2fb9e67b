import type { Schemas } from '../api/client.ts';
import type { Eye } from './reading-query.ts';

type Finding = Schemas['Finding'];

/** One label with its findings by eye; patient-level findings are rows of their own. */
export interface FindingRow {
  readonly label: string;
  readonly findings: Readonly<Partial<Record<Eye | 'patient', Finding>>>;
  readonly isAbove: boolean;
}

/** The findings of an exam, laid out for reading. */
export interface FindingRows {
  /** Of single eyes. */
  readonly eyes: readonly FindingRow[];
  /** Of both eyes together. */
  readonly patient: readonly FindingRow[];
}

/** So many labels are shown though none is above its limit. */
export const LEAST_SHOWN = 4;
/** Healthy is no finding: the less of it, the more there is. */
const HEALTHY = 'normal';

function most({ findings }: FindingRow): number {
  return Math.max(...Object.values(findings).map(({ probability }) => probability));
}

/** The most probable of several heads for one label: a reader must not miss one that is above. */
function higher(a: Finding | undefined, b: Finding): Finding {
  if (a === undefined) return b;
  if (a.positive !== b.positive) return a.positive ? a : b;
  return a.probability >= b.probability ? a : b;
}

function rows(findings: readonly Finding[]): readonly FindingRow[] {
  const byLabel = new Map<string, Partial<Record<Eye | 'patient', Finding>>>();
  for (const finding of findings) {
    const found = byLabel.get(finding.label) ?? {};
    found[finding.level] = higher(found[finding.level], finding);
    byLabel.set(finding.label, found);
  }
  return [...byLabel]
    .map(([label, found]) => ({
      label,
      findings: found,
      isAbove: Object.values(found).some(({ positive }) => positive),
    }))
    .toSorted((a, b) => Number(b.isAbove) - Number(a.isAbove) || most(b) - most(a));
}

/** Findings as rows, those above their limit first, the most probable first. */
export function findingRows(findings: readonly Finding[]): FindingRows {
  const diseases = findings.filter(({ label }) => label !== HEALTHY);
  return {
    eyes: rows(diseases.filter(({ level }) => level !== 'patient')),
    patient: rows(diseases.filter(({ level }) => level === 'patient')),
  };
}

/** Which rows are shown with their bars, and which are only named as below the limit. */
export function shownRows(
  all: readonly FindingRow[],
  least: number = LEAST_SHOWN,
): {
  readonly shown: readonly FindingRow[];
  readonly named: readonly FindingRow[];
} {
  const above = all.filter(({ isAbove }) => isAbove).length;
  const count = Math.max(above, Math.min(least, all.length));
  return { shown: all.slice(0, count), named: all.slice(count) };
}
