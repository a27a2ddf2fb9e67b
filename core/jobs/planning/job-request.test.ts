import { describe, expect, it } from 'vitest';
import { jobSelectionSchema } from '../job-record.ts';
import { jobRequestSchema } from './job-request.ts';

describe('what a job is asked for by', () => {
  const heads = [{ name: 'odir', id: 'h1' }];
  it.each([
    { mode: 'screen' },
    { mode: 'rescore', heads, thresholds: { 'odir/amd': 0.5 }, shadow: true },
    { mode: 'screen', selection: { since: '2026-05-01T00:00:00Z', until: '2026-05-02T00:00:00Z' } },
    { mode: 'screen', selection: { outcome: 'recall', dueForRecallAfterDays: 365 } },
  ])('may be %j', (request) => {
    expect(jobRequestSchema.safeParse(request).success).toBe(true);
  });

  it.each([
    [{ mode: 'screen', heads }, /uses the live heads/],
    [{ mode: 'screen', thresholds: { 'odir/amd': 0.5 } }, /thresholds need mode "rescore"/],
    [{ mode: 'screen', shadow: true }, /shadow needs mode "rescore"/],
    [{ mode: 'rescore', shadow: true }, /shadow needs heads/],
    [{ mode: 'rescore', thresholds: { 'odir/amd': 1.5 } }, /./],
    [{ mode: 'rescore', thresholds: { amd: 0.5 } }, /./],
    [{ mode: 'rescore', more: 1 }, /more/],
    [{ mode: 'rescore', heads: Array.from({ length: 21 }, () => heads[0]) }, /20/],
  ])('may not be %j', (request, message) => {
    const parsed = jobRequestSchema.safeParse(request);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues.map((issue) => issue.message).join()).toMatch(message);
  });

  it.each([
    {},
    { since: '2026-05-01T00:00:00Z' },
    { until: '2026-05-01T00:00:00Z' },
    { since: '2026-05-01T00:00:00Z', until: '2026-05-01T00:00:01Z' },
    { manifest: 'job-manifests/a' },
    { failedInJob: 'j1' },
    { outcome: 'refer' },
    { dueForRecallAfterDays: 1 },
  ])('may select by %j', (selection) => {
    expect(jobSelectionSchema.parse(selection)).toEqual(selection);
  });

  it.each([
    [{ manifest: 'job-manifests/a', failedInJob: 'j1' }, /contradict/],
    [{ since: '2026-05-02T00:00:00Z', until: '2026-05-02T00:00:00Z' }, /since is not before until/],
    [{ outcome: 'refer', dueForRecallAfterDays: 1 }, /only exams with outcome "recall"/],
    [{ dueForRecallAfterDays: 0 }, /./],
    [{ manifest: 'elsewhere/a' }, /./],
    [{ more: 1 }, /more/],
  ])('may not select by %j', (selection, message) => {
    const parsed = jobSelectionSchema.safeParse(selection);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues.map((issue) => issue.message).join()).toMatch(message);
  });
});
