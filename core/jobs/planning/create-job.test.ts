import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../../test/conformance/exam-records.ts';
import { ACTIVE_MODEL_KEY } from '../../activation/active-model.ts';
import { UnknownNameError } from '../../errors.ts';
import { UnfitHeadError } from '../../heads/fitting-heads.ts';
import type { Head } from '../../heads/head.ts';
import { readHead, storeHead } from '../../heads/stored-heads.ts';
import { Configuration } from '../../programs/configuration.ts';
import { CONTRACT, MODEL } from '../../testing/records.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import { readJob, storeJob } from '../job-store.ts';
import { createJob, type JobOrder, JobRefusedError } from './create-job.ts';
import { type JobRequest, jobRequestSchema } from './job-request.ts';

const AT = '2026-05-01T00:00:00.000Z';

function head(name: string, thresholds: Readonly<Record<string, number>>, channels = 2): Head {
  const weights = Array.from({ length: channels }, (_, channel) => channel + 1);
  return {
    ...{ format: 1, name, feature: 'visual', kind: 'multi-label', normalize: false, trained: false },
    labels: Object.entries(thresholds).map(([label, threshold]) => ({
      ...{ name: label, weights, bias: 0, threshold, calibration: { kind: 'none' as const } },
    })),
    ...{ provenance: 'made up', intendedUse: 'tests' },
  };
}
const LIVE = head('odir', { amd: 0.5, dr: 0.6 });

/** A program with one exam, a live head, and a job as asked for. */
async function program(programs: readonly string[] = ['north']) {
  const temporary = await temporaryHome();
  const { home } = temporary;
  const { objects } = home;
  for (const name of programs) {
    const key = { program: name, patient: 'P1', exam: '1' };
    await home.exams.save(screenedExam(registeredExam(key, AT), 'recall', AT));
  }
  const live = await storeHead(objects, LIVE);
  const active = { ...MODEL, embedding: 2, heads: [live] };
  await objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(active)));
  const configuration = new Configuration(objects);
  const create = (request: Partial<JobRequest>, more: Partial<JobOrder> = {}) =>
    createJob(home, configuration, {
      ...{ program: 'north', by: 'anna', request: jobRequestSchema.parse({ mode: 'rescore', ...request }) },
      ...more,
    });
  const dispose = () => temporary[Symbol.asyncDispose]();
  return { home, objects, live, configuration, create, [Symbol.asyncDispose]: dispose };
}

describe('a job', () => {
  it('is of the model that has just become active, whatever was read a moment ago', async () => {
    await using run = await program();
    expect(await run.create({})).toMatchObject({ model: 'm1' });
    const active = { ...MODEL, model: 'm2', embedding: 2, heads: [run.live] };
    await run.objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(active)));
    expect(await run.create({})).toMatchObject({ model: 'm2' });
  });

  it('is stored as it was asked for, by what is active', async () => {
    await using run = await program();
    const before = Date.now();
    const job = await run.create({ mode: 'screen', selection: { outcome: 'recall' } });
    expect(job).toEqual({
      ...{ schema: 'job/1', program: 'north', mode: 'screen', selection: { outcome: 'recall' } },
      ...{ createdBy: 'anna', model: 'm1', preprocessing: 'squash-bicubic-v1', heads: [run.live] },
      contract: CONTRACT,
      ...{ shadow: false, schedule: null, job: expect.stringMatching(/^\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{8}$/) },
      createdAt: expect.any(String),
    });
    expect(Date.parse(job.createdAt)).toBeGreaterThanOrEqual(before);
    expect(await readJob(run.objects, job)).toEqual(job);
  });

  it('is named behind the last one of its program, whatever the clock says', async () => {
    await using run = await program();
    const first = await run.create({});
    await storeJob(run.objects, { ...first, job: '20990101T000000.000Z-a' });
    const { job, createdAt } = await run.create({});
    expect(job).toMatch(/^20990101T000000\.001Z-/);
    expect(createdAt.slice(0, 4)).not.toBe('2099');
  });

  it('is refused in a program without exams', async () => {
    await using run = await program(['south']);
    await expect(run.create({})).rejects.toThrow(UnknownNameError);
    await expect(run.create({})).rejects.toThrow('Program "north" has no exams yet. Upload some first.');
  });

  it('scores with the given heads beside the live ones, and with them alone where they are only tried', async () => {
    await using run = await program();
    const tried = await storeHead(run.objects, head('amd', { amd: 0.3 }));
    expect((await run.create({ heads: [tried] })).heads).toEqual([run.live, tried]);
    expect(await run.create({ heads: [tried], shadow: true })).toMatchObject({
      heads: [tried],
      shadow: true,
    });
  });

  it('has heads of their own for other thresholds, and leaves the other heads and labels as they are', async () => {
    await using run = await program();
    const other = await storeHead(run.objects, head('odir-2', { amd: 0.3 }));
    const { heads } = await run.create({ heads: [other], thresholds: { 'odir/amd': 0.7 } });
    const [changed] = heads;
    expect(heads).toEqual([{ name: 'odir', id: expect.any(String) }, other]);
    expect(changed?.id).not.toBe(run.live.id);
    if (changed === undefined) throw new Error('Expected a head.');
    const { labels, ...same } = await readHead(run.objects, changed, 'm1');
    expect(labels.map(({ name, threshold }) => [name, threshold])).toEqual([
      ['amd', 0.7],
      ['dr', 0.6],
    ]);
    expect({ ...same, labels: LIVE.labels }).toEqual(LIVE);
  });

  it.each([
    [
      { thresholds: { 'odir/glaucoma': 0.5 } },
      'No head of the job has a label "odir/glaucoma".',
      JobRefusedError,
    ],
    [{ thresholds: { 'odi/amd': 0.5 } }, 'No head of the job has a label "odi/amd".', JobRefusedError],
    [{ selection: { failedInJob: 'j9' } }, 'Program "north" has no job "j9".', UnknownNameError],
    [
      { selection: { manifest: 'job-manifests/south/m' } },
      'Manifest "job-manifests/south/m" is not of program "north".',
      JobRefusedError,
    ],
    [
      { selection: { manifest: 'job-manifests/north/m' } },
      'No manifest is stored under "job-manifests/north/m": upload it first.',
      JobRefusedError,
    ],
    [{ heads: [{ name: 'lost', id: 'f'.repeat(32) }] }, 'Head "lost"', UnfitHeadError],
  ])('of %j is refused', async (request, message, kind) => {
    await using run = await program();
    await expect(run.create(request)).rejects.toThrow(kind);
    await expect(run.create(request)).rejects.toThrow(message);
  });

  it('may select by a manifest that is stored and by a job that is known', async () => {
    await using run = await program();
    await run.objects.put('job-manifests/north/m', Buffer.from(''));
    const selection = { manifest: 'job-manifests/north/m' };
    const first = await run.create({ selection });
    expect(first.selection).toEqual(selection);
    const again = { failedInJob: first.job };
    expect((await run.create({ selection: again })).selection).toEqual(again);
  });

  it('needs heads that fit the model only where it scores with them', async () => {
    await using run = await program();
    const wide = await storeHead(run.objects, head('odir', { amd: 0.5 }, 3));
    await expect(run.create({ heads: [wide] })).rejects.toThrow(UnfitHeadError);
    const active = { ...MODEL, embedding: 2, heads: [wide] };
    await run.objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(active)));
    expect((await run.create({ mode: 'screen' })).mode).toBe('screen');
  });
});
