import { describe, expect, it } from 'vitest';
import { IDLE_TIME } from '../../../lib/screening/backlog-scaling.ts';
import { readSettings } from '../../../lib/settings.ts';
import { CANDIDATES, choose, IN_TIME, judge } from './choose-rules.ts';

const judged = CANDIDATES.map(judge);

describe("the stack's scaling rules", () => {
  it('are those that the simulation chooses: the cheapest that answer in time', () => {
    const { backlogPerWorker, maxWorkers } = readSettings({ tryGetContext: () => undefined });
    const idleMinutes = IDLE_TIME.toMinutes();
    expect(choose(judged)?.rules).toEqual({ backlogPerWorker, idleMinutes, maxWorkers });
  });

  it('are not those that cost least: these are late', () => {
    const cheapest = judged.toSorted((a, b) => a.gpuHours - b.gpuHours)[0];
    expect(cheapest?.isInTime).toBe(false);
    expect(Math.max(...(cheapest?.days ?? []).map(({ p99 }) => p99))).toBeGreaterThan(IN_TIME);
  });

  it('are the same whenever they are chosen', () => {
    const [first] = CANDIDATES;
    expect(first && judge(first)).toEqual(judged[0]);
  });
});
