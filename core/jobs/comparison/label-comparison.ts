import { z } from 'zod';
import type { ExamResult } from '../../exams/exam-result.ts';
import type { Finding } from '../../exams/finding.ts';
import { cohenKappa } from '../../statistics/cohen-kappa.ts';
import { allCompared, type ComparedExams, comparedExamsSchema, NO_EXAMS } from './compared-exams.ts';

const count = z.number().int().nonnegative();

/** How often a label was positive by the live heads, by the tried ones, by both and by neither. */
export const labelComparisonSchema = z.object({
  label: z.string().min(1),
  both: count,
  onlyLive: count,
  onlyShadow: count,
  neither: count,
  /** Exams for which the live heads do not know the label, by what the tried ones say. */
  unknownLive: z.object({ positive: count, negative: count }),
});
export type LabelComparison = Readonly<z.infer<typeof labelComparisonSchema>>;

/** How tried heads agree with the live ones. */
export const comparisonSchema = z.object({
  /** Absent in reports that an earlier version wrote. */
  over: comparedExamsSchema.optional(),
  labels: z.array(
    labelComparisonSchema.extend({
      /** Share of exams for which both say the same; `null` where the live heads do not know the label. */
      agreement: z.number().min(0).max(1).nullable(),
      /** Agreement beyond chance. Cohen 1960. `null` where it is not defined. */
      kappa: z.number().min(-1).max(1).nullable(),
    }),
  ),
});
export type Comparison = z.infer<typeof comparisonSchema>;

const NONE = { both: 0, onlyLive: 0, onlyShadow: 0, neither: 0, unknownLive: { positive: 0, negative: 0 } };

/** Whether any finding of a label is positive; `undefined` without a finding of it. */
function verdicts(findings: readonly Finding[]): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const { label, positive } of findings) found.set(label, (found.get(label) ?? false) || positive);
  return found;
}

/** Compares exam by exam and adds up. */
export class LabelComparisons {
  readonly #labels = new Map<string, LabelComparison>();
  #over = NO_EXAMS;

  /** @param screenedAt when the exam was screened; ISO 8601, UTC */
  add(live: readonly Finding[], shadow: readonly Finding[], screenedAt: string): void {
    this.#over = allCompared([this.#over, { exams: 1, from: screenedAt, to: screenedAt }]);
    const known = verdicts(live);
    for (const [label, tried] of verdicts(shadow)) {
      const before = this.#labels.get(label) ?? { label, ...NONE };
      this.#labels.set(label, counted(before, known.get(label), tried));
    }
  }

  /** Which exams were added. */
  over(): ComparedExams {
    return this.#over;
  }

  labels(): LabelComparison[] {
    return [...this.#labels.values()];
  }
}

/** Compares the heads in shadow of each result with its live ones. Results without a shadow do not count. */
export function comparedShadows(results: readonly ExamResult[]): {
  readonly over: ComparedExams;
  readonly compared: LabelComparison[];
} {
  const labels = new LabelComparisons();
  for (const { findings, shadow, screenedAt } of results) {
    if (shadow !== undefined) labels.add(findings, shadow.findings, screenedAt);
  }
  return { over: labels.over(), compared: labels.labels() };
}

function counted(before: LabelComparison, live: boolean | undefined, tried: boolean): LabelComparison {
  if (live === undefined) {
    const side = tried ? 'positive' : 'negative';
    return { ...before, unknownLive: { ...before.unknownLive, [side]: before.unknownLive[side] + 1 } };
  }
  const cell = live ? (tried ? 'both' : 'onlyLive') : tried ? 'onlyShadow' : 'neither';
  return { ...before, [cell]: before[cell] + 1 };
}

/** Adds two counts of one label. */
export function addedUp(a: LabelComparison, b: LabelComparison): LabelComparison {
  return {
    label: a.label,
    both: a.both + b.both,
    onlyLive: a.onlyLive + b.onlyLive,
    onlyShadow: a.onlyShadow + b.onlyShadow,
    neither: a.neither + b.neither,
    unknownLive: {
      positive: a.unknownLive.positive + b.unknownLive.positive,
      negative: a.unknownLive.negative + b.unknownLive.negative,
    },
  };
}

/** Share of exams in which both heads agree, and Cohen's kappa. `null` where they are not defined. */
export function agreementOf({ both, onlyLive, onlyShadow, neither }: LabelComparison): {
  readonly agreement: number | null;
  readonly kappa: number | null;
} {
  const exams = both + onlyLive + onlyShadow + neither;
  const kappa = cohenKappa([both, onlyLive, onlyShadow, neither], 2);
  return { agreement: exams === 0 ? null : (both + neither) / exams, kappa };
}
