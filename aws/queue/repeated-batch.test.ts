import { describe, expect, it } from 'vitest';
import { type FailedEntry, partsOf, repeatFailed } from './repeated-batch.ts';

const entries = ['a', 'b', 'c'].map((Id) => ({ Id }));

describe('repeatFailed', () => {
  it('repeats just what failed by no fault of the sender', async () => {
    const calls: string[][] = [];
    const failed = await repeatFailed(entries, async (open) => {
      calls.push(open.map(({ Id }) => Id));
      return calls.length === 1 ? [{ Id: 'b', Code: 'InternalError', SenderFault: false }] : [];
    });
    expect(calls).toEqual([['a', 'b', 'c'], ['b']]);
    expect(failed).toEqual([]);
  });

  it('names what the sender got wrong without repeating it', async () => {
    const fault: FailedEntry = { Id: 'c', Code: 'ReceiptHandleIsInvalid', SenderFault: true };
    let calls = 0;
    const failed = await repeatFailed(entries, async () => {
      calls += 1;
      return [fault];
    });
    expect(calls).toBe(1);
    expect(failed).toEqual([fault]);
  });

  it('gives up in the end and names what still fails', async () => {
    const failed = await repeatFailed(entries, async (open) => open.filter(({ Id }) => Id !== 'a'));
    expect(failed.map(({ Id }) => Id)).toEqual(['b', 'c']);
  });

  it('cuts lists into parts of at most a size', () => {
    expect(partsOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(partsOf([], 2)).toEqual([]);
  });
});
