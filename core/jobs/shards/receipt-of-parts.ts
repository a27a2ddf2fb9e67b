import { allCompared } from '../comparison/compared-exams.ts';
import { comparedAtLeast, labelsOf } from '../comparison/comparison.ts';
import { ERASED_EXAM, ERASED_NAME, isErasedName } from '../job-plan.ts';
import { movedBy, totalsOf } from '../reports/job-progress.ts';
import type { ShardResults } from '../rescore-results.ts';
import type { ShardReceipt } from '../shard-receipt.ts';
import type { SettledPart } from './shard-progress.ts';

/**
 * The receipt of a shard, from those of its parts.
 *
 * An exam that was erased after its part was written has left the results' lines by now and stands among their failures,
 * so that `done` and `failed` together are all of the shard's exams, each once.
 *
 * @param results as they stand now
 * @param lines how many exams each part has in them
 */
export function receiptOfParts(
  results: ShardResults,
  lines: readonly number[],
  settled: readonly SettledPart[],
): ShardReceipt {
  const receipts = settled.map(({ receipt }) => receipt);
  const erased = settled
    .map(({ part, exams, receipt }) => {
      const since = exams - (lines[part] ?? 0);
      return Math.max(0, receipt.failed.filter(isErasedName).length - since);
    })
    .reduce((sum, exams) => sum + exams, 0);
  const { skipped, superseded } = totalsOf(receipts);
  return {
    schema: 'shard-receipt/1',
    shard: results.shard,
    done: results.exams.length - erased,
    skipped,
    superseded,
    failed: [
      ...results.failed,
      ...Array.from({ length: erased }, () => ({ ...ERASED_NAME, reason: ERASED_EXAM.problem })),
    ],
    moved: movedBy(receipts),
    compared: labelsOf(receipts),
    ...(results.shadow
      ? { over: allCompared(receipts.map(({ over, compared }) => over ?? comparedAtLeast(compared))) }
      : {}),
    workerSeconds: results.workerSeconds,
    pricePerHour: results.pricePerHour,
  };
}
