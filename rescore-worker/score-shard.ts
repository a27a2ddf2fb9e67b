import { FeaturesError, reasonOf } from '../core/errors.ts';
import type { ExamFeatures } from '../core/exams/exam-features.ts';
import { examName } from '../core/exams/exam-key.ts';
import { type Head, refuseForeignHead } from '../core/heads/head.ts';
import { LEVELS } from '../core/heads/head-readings.ts';
import { refuseOtherPrecision } from '../core/heads/precision-binding.ts';
import { type HeadFinding, HeadScorer } from '../core/heads/score-head.ts';
import type { FailedExam, ManifestLine } from '../core/jobs/job-plan.ts';
import type { JobRecord } from '../core/jobs/job-record.ts';
import type { FindingColumn, RescoredExamLine } from '../core/jobs/rescore-results.ts';
import type { FeatureStore, StoredBatch } from '../core/ports/index.ts';

/** Feature shards read side by side: they bound the memory. */
const SHARDS_AT_ONCE = 8;

/** Exams scored, and those that could not be. Together they are all lines. */
export interface ScoredShard {
  readonly columns: readonly FindingColumn[];
  readonly exams: readonly RescoredExamLine[];
  readonly failed: readonly FailedExam[];
}

/** A column for every finding that the heads make, in their order. */
function columnsOf(heads: readonly Head[]): FindingColumn[] {
  return heads.flatMap((head) =>
    LEVELS[head.feature].flatMap((level) =>
      head.labels.map(({ name, threshold }) => ({ level, head: head.name, label: name, threshold })),
    ),
  );
}

/** What findings of several images say besides their probability. */
function severalOf(findings: readonly (HeadFinding | null)[]): NonNullable<RescoredExamLine['several']> {
  return findings.flatMap((finding, column) => {
    if (finding?.image === undefined) return [];
    const { image, calibrated, alone } = finding;
    return [{ column, image, calibrated, alone }];
  });
}

/** Scores the exams of manifests by given heads. */
export class ShardScorer {
  readonly #store: Pick<FeatureStore, 'read'>;
  readonly #scorers: readonly HeadScorer[];
  readonly #columns: readonly FindingColumn[];
  readonly #job: JobRecord;

  /** @param heads in the order of the job's references */
  constructor(store: Pick<FeatureStore, 'read'>, job: JobRecord, heads: readonly Head[]) {
    this.#store = store;
    this.#job = job;
    this.#scorers = heads.map((head) => new HeadScorer(head));
    this.#columns = columnsOf(heads);
  }

  /**
   * Reads each feature shard that the lines name once, a few at a time, and scores its exams.
   *
   * @throws what the store throws if it cannot be reached; a missing or damaged feature shard fails its exams only
   */
  async score(lines: readonly ManifestLine[]): Promise<ScoredShard> {
    const scored = new Array<RescoredExamLine | FailedExam>(lines.length);
    const byShard = new Map<string, number[]>();
    lines.forEach((line, index) => {
      const immediate = this.#withoutFeatures(line);
      if (immediate !== null) scored[index] = immediate;
      else if (line.features !== null) {
        const known = byShard.get(line.features.shard);
        if (known === undefined) byShard.set(line.features.shard, [index]);
        else known.push(index);
      }
    });
    const waiting = [...byShard];
    const work = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const [shard, indices] = next;
        await this.#scoreRows(shard, indices, lines, scored);
      }
    };
    await Promise.all(Array.from({ length: SHARDS_AT_ONCE }, work));
    return {
      columns: this.#columns,
      exams: scored.filter((exam): exam is RescoredExamLine => 'probabilities' in exam),
      failed: scored.filter((exam): exam is FailedExam => 'reason' in exam),
    };
  }

  /** What can be said of an exam without reading features; `null` if they must be read. */
  #withoutFeatures(line: ManifestLine): RescoredExamLine | FailedExam | null {
    const { patient, exam, base, problem } = line;
    if (problem !== undefined) return { patient, exam, reason: problem };
    if (line.features !== null) return null;
    return { patient, exam, base, probabilities: this.#columns.map(() => null) };
  }

  async #scoreRows(
    shard: string,
    indices: readonly number[],
    lines: readonly ManifestLine[],
    scored: (RescoredExamLine | FailedExam)[],
  ): Promise<void> {
    let rows: StoredBatch;
    try {
      rows = await this.#store.read(shard);
      this.#refuseForeign(rows, shard);
    } catch (error) {
      if (!(error instanceof FeaturesError)) throw error;
      for (const index of indices) {
        const { patient, exam } = lines[index] as ManifestLine;
        scored[index] = { patient, exam, reason: error.message };
      }
      return;
    }
    for (const index of indices) scored[index] = this.#scoreExam(lines[index] as ManifestLine, rows);
  }

  #refuseForeign(rows: StoredBatch, shard: string): void {
    if (rows.model !== this.#job.model) {
      throw new FeaturesError(
        `Feature shard "${shard}" is of model ${rows.model}, the job's heads are for model ${this.#job.model}.`,
      );
    }
    for (const { head } of this.#scorers) {
      try {
        refuseForeignHead(head, rows.embedding);
        refuseOtherPrecision(head, rows, `feature shard "${shard}"`);
      } catch (error) {
        throw new FeaturesError(reasonOf(error), { cause: error });
      }
    }
  }

  #scoreExam(line: ManifestLine, rows: StoredBatch): RescoredExamLine | FailedExam {
    const { patient, exam, base, features } = line;
    const found = features === null ? null : rows.exam(features.row);
    if (found === null) {
      const name = examName({ program: this.#job.program, patient, exam });
      return { patient, exam, reason: `Feature shard "${features?.shard}" has no row for exam ${name}.` };
    }
    const findings = this.#findings(found);
    const probabilities = findings.map((finding) => finding?.probability ?? null);
    const several = found.images === undefined ? [] : severalOf(findings);
    return { patient, exam, base, probabilities, ...(several.length === 0 ? {} : { several }) };
  }

  /** Findings in the order of the columns; `null` where an eye was not gradable. */
  #findings(features: ExamFeatures): (HeadFinding | null)[] {
    return this.#scorers.flatMap((scorer) => {
      const findings = scorer.score(features);
      const labels = scorer.head.labels.length;
      return LEVELS[scorer.head.feature].flatMap((level) => {
        const first = findings.findIndex((finding) => finding.level === level);
        return Array.from({ length: labels }, (_, label) =>
          first === -1 ? null : (findings[first + label] ?? null),
        );
      });
    });
  }
}
