import { describe, expect, it } from 'vitest';
import { decisionIfLive } from './decide-outcome.ts';
import { DEFAULT_POLICY } from './outcome-policy.ts';
import { BOTH, finding, HEADS, HEALTHY } from './testing/decided-exams.ts';

describe('the outcome if tried heads were live', () => {
  const input = { eyes: BOTH, heads: HEADS };
  const tried = [{ name: 'odir', id: 'odir-2' }];

  it('is by the tried head in place of the live one of its name', () => {
    const live = { ...input, findings: [finding('glaucoma')] };
    expect(decisionIfLive(DEFAULT_POLICY, live, tried, HEALTHY).outcome).toBe('recall');
  });

  it('still counts what the other live heads find', () => {
    const live = { ...input, findings: [finding('glaucoma'), finding('amd', 0.9, 'right')] };
    expect(decisionIfLive(DEFAULT_POLICY, live, tried, HEALTHY).outcome).toBe('refer');
    expect(decisionIfLive(DEFAULT_POLICY, live, [{ name: 'new', id: 'n' }], []).outcome).toBe('refer');
  });

  it('has the thresholds that the policy has for the tried head and for those that stay live', () => {
    const live = { ...input, findings: [finding('amd', 0.4, 'left')] };
    const under = (head: string, headId: string) => {
      const thresholds = [{ head, headId, label: 'amd', threshold: 0.3 }];
      const policy = { ...DEFAULT_POLICY, thresholds };
      const { outcome, flags } = decisionIfLive(policy, live, tried, [finding('amd', 0.35)]);
      return [outcome, flags.length];
    };
    expect(under('odir', 'odir-2')).toEqual(['refer', 0]);
    expect(under('odir', 'odir-1')).toEqual(['recall', 1]);
    expect(under('eyes', 'eyes-1')).toEqual(['refer', 0]);
    expect(under('eyes', 'eyes-2')).toEqual(['recall', 1]);
  });

  it('is not assessed if the tried head looks for no disease', () => {
    const live = { ...input, findings: HEALTHY };
    expect(decisionIfLive(DEFAULT_POLICY, live, tried, [finding('normal')]).outcome).toBe('not-assessed');
  });
});
