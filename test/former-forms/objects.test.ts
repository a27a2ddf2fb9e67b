import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activeModelSchema } from '../../core/activation/active-model.ts';
import { AUDIT_PREFIX, AuditTrail } from '../../core/audit/audit-trail.ts';
import { promotionSchema } from '../../core/heads/promotion.ts';
import { cancellationKey } from '../../core/jobs/job-keys.ts';
import { jobPlanSchema, manifestLineSchema } from '../../core/jobs/job-plan.ts';
import { jobRecordSchema } from '../../core/jobs/job-record.ts';
import { jobReportSchema } from '../../core/jobs/job-report.ts';
import { isCancelled } from '../../core/jobs/job-store.ts';
import { manifestPage } from '../../core/jobs/planning/uploaded-manifest.ts';
import { shardResultsSchema } from '../../core/jobs/rescore-results.ts';
import { jobScheduleSchema } from '../../core/jobs/schedules/job-schedule.ts';
import { shardReceiptSchema } from '../../core/jobs/shard-receipt.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { programSettingsSchema, settingsKey } from '../../core/programs/program-settings.ts';
import { COUNTS_PREFIX, CountedExams } from '../../core/summary/counted-exams.ts';
import { readEndpoints, webhooksKey } from '../../core/webhooks/webhook-endpoints.ts';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { FormerRelease } from './former-release.ts';

const release = new FormerRelease('0.1.0');
const JOB = '20261126T174152.182Z-95a509de';
const LIVE = ['odir', 'odir-eye'];

let home: LocalHome;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'former-objects-'));
  home = await openLocalHome(directory);
});
afterAll(async () => {
  await home.close();
  await rm(directory, { recursive: true });
});

async function store(key: string, form: string): Promise<void> {
  await home.objects.put(key, Buffer.from(await release.text(form)));
}

describe("a program's documents of release 0.1.0", () => {
  it('has its settings', async () => {
    await store(settingsKey('north'), 'program-settings-1.json');
    const settings = await new Configuration(home.objects).settings('north');
    expect(settings).toEqual(programSettingsSchema.parse(await release.json('program-settings-1.json')));
    expect(settings.pairingWindowSeconds).toBe(840);
    expect(settings.policy.rules[1]).toEqual({
      ...{ label: 'cataract', head: 'odir', level: 'patient', minimumProbability: 0.6, outcome: 'refer' },
    });
    expect(settings.policy.rules.map(({ label, outcome }) => `${label} ${outcome}`)).toEqual([
      ...['normal recall', 'cataract refer', 'cataract recall', 'amd refer-urgent', '* refer'],
    ]);
    const { ungradableEye, missingEye, lateralitySuspect } = settings.policy;
    expect([ungradableEye, missingEye, lateralitySuspect]).toEqual(['ungradable', 'recall', 'refer']);
    expect(settings.review).toMatchObject({
      ...{ overReadShare: 0.5, seed: 'a seed of the release' },
      deadlineDays: { recall: 30, ungradable: 7, refer: 10, 'refer-urgent': 2 },
    });
  });

  it('has its webhooks', async () => {
    await store(webhooksKey('north'), 'webhooks-1.json');
    const [endpoint, ...others] = await readEndpoints(home.objects, 'north');
    expect(endpoint).toMatchObject({ url: 'http://127.0.0.1:9/hook', events: ['JobFinished'] });
    expect(endpoint?.secret).toMatch(/^whsec_/);
    expect(others).toEqual([]);
  });

  it('has its audit trail', async () => {
    await store(`${AUDIT_PREFIX}north/8204285299999-a.jsonl`, 'audit-entries.jsonl');
    const { items } = await new AuditTrail(home.objects).page('north', { limit: 10 });
    expect(items).toMatchObject([
      { caller: 'operator', method: 'PUT', route: '/v1/programs/{program}/settings', status: 200 },
    ]);
  });

  it('has its exams counted again: the former counts were by what the machine had decided', async () => {
    const faults: Error[] = [];
    const at = (await release.json('exam-count-1.json')).at;
    const options = { onFault: (error: Error) => void faults.push(error), now: () => new Date(at + 2_200) };
    await store(`${COUNTS_PREFIX}north/exams.json`, 'exam-count-1.json');
    await store(`${COUNTS_PREFIX}north/exams-part.json`, 'exam-count-part-1.json');
    // This store's table is empty.
    const { tally } = await new CountedExams(home.exams, home.objects, options).of('north');
    expect(tally.outcomes).toMatchObject({ recall: 0, ungradable: 0, refer: 0, 'refer-urgent': 0 });
    expect(tally.waiting).toEqual({ registered: 0, screening: 0 });
    expect(faults).toEqual([]);
  });
});

describe('what release 0.1.0 screened with', () => {
  it.each([
    ['active-model-1.json', LIVE, undefined, undefined],
    ['active-model-1.promoted.json', [...LIVE, 'new'], 1, ['tried']],
  ])('is read from %s', async (form, heads, promotion, shadow) => {
    const active = activeModelSchema.parse(await release.json(form));
    expect(active.heads.map(({ name }) => name)).toEqual(heads);
    expect(active.promotion).toBe(promotion);
    expect(active.shadow?.heads.map(({ name }) => name)).toEqual(shadow);
    expect(active).toMatchObject({ trained: true, embedding: 256, preprocessing: 'squash-bicubic-v1' });
  });

  it.each([
    ['promotion-1.promote.json', 1, 'promote', LIVE, [...LIVE, 'new']],
    ['promotion-1.shadow.json', 2, 'shadow', [...LIVE, 'new'], [...LIVE, 'new']],
  ])('changed by %s', async (form, number, kind, from, to) => {
    const entry = promotionSchema.parse(await release.json(form));
    expect(entry).toMatchObject({ number, kind, by: 'operator' });
    expect(entry.from.heads.map(({ name }) => name)).toEqual(from);
    expect(entry.to.heads.map(({ name }) => name)).toEqual(to);
  });
});

describe('a job of release 0.1.0', () => {
  it.each([
    ['job-1.json', 'rescore', false, null, { manifest: expect.stringMatching(/^job-manifests\/north\//) }],
    ['job-1.shadow.json', 'rescore', true, null, { manifest: expect.any(String) }],
    ['job-1.scheduled.json', 'screen', false, '20261126T174155.971Z-1f380b91', { outcome: 'refer-urgent' }],
  ])('is read from %s', async (form, mode, shadow, schedule, selection) => {
    const job = jobRecordSchema.parse(await release.json(form));
    expect(job).toMatchObject({ program: 'north', mode, shadow, schedule, selection, createdBy: 'operator' });
  });

  it.each([
    ['job-schedule-1.fired.json', 'at(2026-11-26T17:41:58)', 'UTC', 'screen'],
    ['job-schedule-1.waiting.json', 'cron(0 2 1 1 ? 2099)', 'Asia/Shanghai', 'rescore'],
  ])('is scheduled by %s', async (form, expression, timeZone, mode) => {
    const schedule = jobScheduleSchema.parse(await release.json(form));
    expect(schedule).toMatchObject({ expression, timeZone, state: 'active', request: { mode } });
  });

  it('has a plan, a shard and the manifest that it was made of', async () => {
    expect(jobPlanSchema.parse(await release.json('job-plan-1.json'))).toMatchObject({
      shards: 1,
      planned: 3,
    });
    const lines = (await release.text('job-shard.jsonl'))
      .trim()
      .split('\n')
      .filter((line) => line !== '');
    const exams = lines.map((line) => JSON.parse(line)).filter((line) => 'patient' in line);
    expect(exams.map((line) => manifestLineSchema.parse(line).patient)).toEqual(['P02', 'P05', 'P99']);
    await store('job-manifests/north/a.jsonl', 'job-manifest.jsonl');
    const page = await manifestPage(home.objects, 'job-manifests/north/a.jsonl', 0);
    expect(page.exams).toEqual([
      { patient: 'P02', exam: '2026-03-02' },
      { patient: 'P05', exam: '2026-03-05' },
      { patient: 'P99', exam: 'none' },
    ]);
  });

  it('has results and receipts', async () => {
    const results = shardResultsSchema.parse(await release.json('shard-results-1.json'));
    expect(results).toMatchObject({ job: JOB, shadow: false });
    expect(results.exams.map(({ patient }) => patient)).toEqual(['P02', 'P05']);
    const tried = shardResultsSchema.parse(await release.json('shard-results-1.shadow.json'));
    expect(tried.columns).toEqual([{ level: 'patient', head: 'tried', label: 'amd', threshold: 0.5 }]);
    expect(tried.exams[1]).toMatchObject({ patient: 'P10', probabilities: [0.9990770477635021] });
    const receipt = shardReceiptSchema.parse(await release.json('shard-receipt-1.json'));
    expect(receipt).toMatchObject({ done: 2, moved: [{ from: 'recall', to: 'refer', exams: 1 }] });
    expect(receipt.failed).toMatchObject([{ patient: 'P99' }]);
    const screened = shardReceiptSchema.parse(await release.json('shard-receipt-1.screen.json'));
    expect(screened).toMatchObject({ done: 2, skipped: 2, failed: [], moved: [] });
  });

  it('has a report', async () => {
    const report = jobReportSchema.parse(await release.json('job-report-1.json'));
    expect(report).toMatchObject({ job: JOB, moved: [{ from: 'recall', to: 'refer', exams: 1 }] });
    expect(report.progress).toMatchObject({ state: 'finished', planned: 3, done: 2, failed: 1 });
    const cancelled = jobReportSchema.parse(await release.json('job-report-1.cancelled.json'));
    expect(cancelled.progress).toMatchObject({ state: 'cancelled', done: 0 });
    const key = { program: 'north', job: cancelled.job };
    expect(await isCancelled(home.objects, key)).toBe(false);
    await store(cancellationKey(key), 'job-cancelled-1.json');
    expect(await isCancelled(home.objects, key)).toBe(true);
  });
});
