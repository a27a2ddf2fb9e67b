import { describe, expect, it } from 'vitest';
import { comparisonOf } from '../comparison/comparison.ts';
import { agreementOf, LabelComparisons } from '../comparison/label-comparison.ts';
import type { ShardReceipt } from '../shard-receipt.ts';
import { movedBy, progress, totalsOf } from './job-progress.ts';

const failed = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ patient: `P${index}`, exam: '1', reason: 'cut' }));

function receipt(change: Partial<ShardReceipt>): ShardReceipt {
  return {
    ...{ schema: 'shard-receipt/1', shard: 0, done: 0, skipped: 0, superseded: 0, failed: [] },
    ...{ moved: [], compared: [], workerSeconds: 0, pricePerHour: 0 },
    ...change,
  };
}

const TWO = [
  receipt({ done: 7, skipped: 2, superseded: 1, failed: failed(3), workerSeconds: 1_800, pricePerHour: 4 }),
  receipt({ done: 5, skipped: 4, superseded: 3, failed: failed(1), workerSeconds: 900, pricePerHour: 8 }),
];

describe("a job's receipts", () => {
  it('add up', () => {
    // Half an hour at 4 $ and a quarter at 8 $.
    expect(totalsOf(TWO)).toEqual({ done: 12, failed: 4, skipped: 6, superseded: 4, cost: 4 });
    expect(totalsOf([])).toEqual({ done: 0, failed: 0, skipped: 0, superseded: 0, cost: 0 });
  });

  it('tell how fast the job is, and when it will end', () => {
    // 16 of 40 exams in 8 s: 2 a second, and 24 are left.
    const { rate, secondsLeft, planned, state } = progress('running', 40, TWO, 8);
    expect([state, planned, rate, secondsLeft]).toEqual(['running', 40, 2, 12]);
    expect(progress('running', 40, [], 8)).toMatchObject({ rate: 0, secondsLeft: null });
    expect(progress('running', 40, [], null)).toMatchObject({ rate: null, secondsLeft: null });
    expect(progress('planning', null, TWO, 8)).toMatchObject({ planned: null, rate: 2, secondsLeft: null });
  });

  it('add up what moved, the most frequent first', () => {
    const parts = [
      receipt({
        moved: [
          { from: 'recall', to: 'refer', exams: 1 },
          { from: 'refer', to: 'recall', exams: 2 },
        ],
      }),
      receipt({ moved: [{ from: 'refer', to: 'recall', exams: 3 }] }),
      receipt({ moved: [{ from: 'recall', to: 'refer', exams: 1 }] }),
    ];
    expect(movedBy(parts)).toEqual([
      { from: 'refer', to: 'recall', exams: 5 },
      { from: 'recall', to: 'refer', exams: 2 },
    ]);
  });
});

/** The findings of one exam: labels with what they were found to be, the left eye's first. */
const findings = (found: Readonly<Record<string, readonly boolean[]>>) =>
  Object.entries(found).flatMap(([label, verdicts]) =>
    verdicts.map((positive, eye) => {
      const level = eye === 0 ? 'left' : 'right';
      const probability = positive ? 0.9 : 0.1;
      return { level, head: 'h', label, probability, threshold: 0.5, positive, image: null } as never;
    }),
  );

const AT = '2026-05-01T12:00:00.000Z';

describe('tried heads beside the live ones', () => {
  it('are counted label by label; one positive eye is enough', () => {
    const comparisons = new LabelComparisons();
    comparisons.add(findings({ amd: [true, false] }), findings({ amd: [false, true] }), AT);
    comparisons.add(findings({ amd: [true, false] }), findings({ amd: [false, false] }), AT);
    comparisons.add(findings({ amd: [false, false] }), findings({ amd: [true, false] }), AT);
    comparisons.add(findings({ amd: [false] }), findings({ amd: [false] }), AT);
    comparisons.add(findings({ amd: [false] }), findings({ amd: [false], new: [true] }), AT);
    comparisons.add(findings({ old: [true] }), findings({ new: [false] }), AT);
    expect(comparisons.labels()).toEqual([
      {
        ...{ label: 'amd', both: 1, onlyLive: 1, onlyShadow: 1, neither: 2 },
        unknownLive: { positive: 0, negative: 0 },
      },
      {
        ...{ label: 'new', both: 0, onlyLive: 0, onlyShadow: 0, neither: 0 },
        unknownLive: { positive: 1, negative: 1 },
      },
    ]);
  });

  it('agree as Cohen says', () => {
    const counts = (both: number, onlyLive: number, onlyShadow: number, neither: number) => ({
      ...{ label: 'amd', both, onlyLive, onlyShadow, neither },
      unknownLive: { positive: 9, negative: 9 },
    });
    // The example of Wikipedia's article on Cohen's kappa: 50 grants, 20 yes by both, 15 no by both.
    expect(agreementOf(counts(20, 5, 10, 15))).toEqual({ agreement: 0.7, kappa: expect.closeTo(0.4, 12) });
    // Rates of 0.3 and 0.5: 0.15 + 0.35 by chance.
    expect(agreementOf(counts(2, 1, 3, 4))).toEqual({ agreement: 0.6, kappa: expect.closeTo(0.2, 12) });
    expect(agreementOf(counts(0, 5, 5, 0))).toEqual({ agreement: 0, kappa: -1 });
    expect(agreementOf(counts(0, 0, 0, 8))).toEqual({ agreement: 1, kappa: null });
    expect(agreementOf(counts(8, 0, 0, 0))).toEqual({ agreement: 1, kappa: null });
    expect(agreementOf(counts(0, 0, 0, 0))).toEqual({ agreement: null, kappa: null });
  });

  it('are added up over all shards', () => {
    const part = (label: string, ...[both, onlyLive, onlyShadow, neither, positive, negative]: number[]) => ({
      compared: [
        { label, both, onlyLive, onlyShadow, neither, unknownLive: { positive, negative } } as never,
      ],
    });
    const { labels } = comparisonOf([
      part('a', 1, 2, 3, 4, 5, 6),
      part('b', 1, 0, 0, 1, 0, 0),
      part('a', 10, 20, 30, 40, 50, 60),
    ]);
    expect(labels).toMatchObject([
      {
        ...{ label: 'a', both: 11, onlyLive: 22, onlyShadow: 33, neither: 44, agreement: 0.5 },
        unknownLive: { positive: 55, negative: 66 },
      },
      { label: 'b', both: 1, neither: 1, agreement: 1, kappa: 1 },
    ]);
  });
});
