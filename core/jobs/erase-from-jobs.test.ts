import { describe, expect, it, vi } from 'vitest';
import { ObjectChangedError, ObjectNotFoundError } from '../errors.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { eraseFromJobs } from './erase-from-jobs.ts';
import {
  jobReportKey,
  manifestKey,
  preparedReceiptKey,
  preparingKey,
  receiptKey,
  shardResultsKey,
} from './job-keys.ts';
import { ERASED_EXAM } from './job-plan.ts';
import { shardPreparedSchema } from './preparation/shard-preparation.ts';

const JOB = { program: 'north', job: 'j1' };
const SCORED = { base: 'r1', probabilities: [0.73141592653, null] };
const REASON = ERASED_EXAM.problem;
const NAMELESS = { patient: 'erased', exam: 'erased' };

const exam = (patient: string) => ({ patient, exam: '1' });

async function stored(documents: Readonly<Record<string, unknown>>) {
  const temporary = await temporaryHome();
  const { objects } = temporary.home;
  for (const [key, content] of Object.entries(documents)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    // Written twice: an older version must not keep what the latest has lost.
    for (let version = 0; version < 2; version += 1) {
      await objects.put(key, Buffer.from(text), { metadata: { exams: '2' } });
    }
  }
  const read = async (key: string) => Buffer.from((await objects.get(key)).content).toString();
  const versions = async (key: string) => (await objects.listVersions(key, { limit: 9 })).items.length;
  const dispose = () => temporary[Symbol.asyncDispose]();
  return { objects, read, versions, [Symbol.asyncDispose]: dispose };
}

describe('a patient in jobs', () => {
  it('is taken out of a selection, whose exams stay as many', async () => {
    const key = manifestKey(JOB, 0);
    const line = (patient: string) => ({ ...exam(patient), base: 'r1', features: { shard: 's', row: 3 } });
    const lines = [line('P1'), line('P10')].map((one) => `${JSON.stringify(one)}\n`).join('');
    await using jobs = await stored({ [key]: lines });
    expect(await eraseFromJobs(jobs.objects, 'north', 'P1')).toBe(1);
    const left = (await jobs.read(key)).trim().split('\n');
    expect(left.map((one) => JSON.parse(one))).toEqual([ERASED_EXAM, line('P10')]);
    expect((await jobs.objects.head(key))?.metadata).toEqual({ exams: '2' });
    expect(await jobs.versions(key)).toBe(1);
    expect(await eraseFromJobs(jobs.objects, 'north', 'P1')).toBe(0);
  });

  it('is taken out of results that are to be written, and counts among those that failed', async () => {
    const key = shardResultsKey(JOB, 0);
    const failed = [{ ...exam('P2'), reason: 'No row for exam north/P2/1.' }];
    const exams = [
      { ...exam('P1'), ...SCORED },
      { ...exam('P3'), ...SCORED },
    ];
    await using jobs = await stored({ [key]: { shard: 0, exams, failed } });
    expect(await eraseFromJobs(jobs.objects, 'north', 'P1')).toBe(1);
    expect(JSON.parse(await jobs.read(key))).toEqual({
      shard: 0,
      exams: [exams[1]],
      failed: [...failed, { ...NAMELESS, reason: REASON }],
    });
  });

  it('goes with results that are written to their exams already', async () => {
    const key = shardResultsKey(JOB, 0);
    const receipt = { failed: [{ ...exam('P1'), reason: 'Exam north/P1/1 is damaged.' }], done: 3 };
    await using jobs = await stored({
      [key]: { exams: [{ ...exam('P1'), ...SCORED }], failed: [] },
      [receiptKey(JOB, 0)]: receipt,
    });
    expect(await eraseFromJobs(jobs.objects, 'north', 'P1')).toBe(2);
    expect(await jobs.versions(key)).toBe(0);
    expect(JSON.parse(await jobs.read(receiptKey(JOB, 0)))).toEqual({
      failed: [{ ...NAMELESS, reason: REASON }],
      done: 3,
    });
  });

  it('is taken out of what is known of preparation, whose images stay as many', async () => {
    const key = preparedReceiptKey(JOB, 0);
    const failed = (patient: string) => ({ ...exam(patient), reason: '2 photographs were not prepared.' });
    const receipt = {
      ...{ schema: 'shard-prepared/1', shard: 0, contract: 'c', images: 6, found: 1, prepared: 1, failed: 4 },
      exams: [failed('P1'), failed('P2')],
    };
    const asked = {
      ...{ schema: 'shard-preparing/1', shard: 0, contract: 'c', images: 6, found: 1 },
      open: [{ line: 0, images: 3 }],
    };
    await using jobs = await stored({ [key]: receipt, [preparingKey(JOB, 'c', 0)]: asked });
    expect(await eraseFromJobs(jobs.objects, 'north', 'P1')).toBe(1);
    expect(JSON.parse(await jobs.read(key))).toEqual({
      ...receipt,
      exams: [{ ...NAMELESS, reason: REASON }, failed('P2')],
    });
    expect(await jobs.versions(key)).toBe(1);
    expect(shardPreparedSchema.parse(JSON.parse(await jobs.read(key)))).toMatchObject({ failed: 4 });
    // It names no patient.
    expect(JSON.parse(await jobs.read(preparingKey(JOB, 'c', 0)))).toEqual(asked);
  });

  it('is not an example in a report, nor in any text of it', async () => {
    const key = jobReportKey(JOB);
    const report = {
      failures: [{ reason: 'Exam north/P1/1 is damaged.', exams: 2, examples: [exam('P1'), exam('P2')] }],
      deadLetters: [{ exam: 'north/P1/1', reason: 'images/north/P1/1/left.jpg is cut.' }],
    };
    await using jobs = await stored({ [key]: report });
    await eraseFromJobs(jobs.objects, 'north', 'P1');
    expect(JSON.parse(await jobs.read(key))).toEqual({
      failures: [{ reason: 'Exam north/erased/1 is damaged.', exams: 2, examples: [NAMELESS, exam('P2')] }],
      deadLetters: [{ exam: 'north/erased/1', reason: 'images/north/erased/1/left.jpg is cut.' }],
    });
  });

  it('is blanked in an uploaded selection, in which every other line stays where it is', async () => {
    const key = 'job-manifests/north/1.jsonl';
    const lines = ['P0', 'P1', 'a=P1', 'P1', 'P2'].map((patient) => JSON.stringify(exam(patient)));
    await using jobs = await stored({ [key]: lines.join('\n') });
    expect(await eraseFromJobs(jobs.objects, 'north', 'P1')).toBe(2);
    const left = await jobs.read(key);
    expect(left.length).toBe(lines.join('\n').length);
    for (const line of [0, 2, 4]) expect(left.split('\n')[line]).toBe(lines[line]);
    for (const line of [1, 3]) expect(left.split('\n')[line]?.trim()).toBe('');
  });

  it('is taken out of every part of every job, on whatever page it is listed', async () => {
    const selection = (patient: string) =>
      `${JSON.stringify({ ...exam(patient), base: 'r1', features: null })}\n`;
    const shards = Array.from({ length: 18 }, (_, shard) => manifestKey(JOB, shard));
    await using jobs = await stored(
      Object.fromEntries(shards.map((key) => [key, selection('P1') + selection('P2')])),
    );
    const list = jobs.objects.list.bind(jobs.objects);
    vi.spyOn(jobs.objects, 'list').mockImplementation((prefix, page) => list(prefix, { ...page, limit: 17 }));
    expect(await eraseFromJobs(jobs.objects, 'north', 'P1')).toBe(18);
    for (const key of shards) {
      const text = await jobs.read(key);
      expect(text).not.toContain('P1');
      expect(text).toContain('P2');
    }
  });

  const REPORT = jobReportKey(JOB);
  const reportOf = (patient: string) => ({ failures: [], deadLetters: [{ exam: `north/${patient}/1` }] });

  it('is taken out on top of what another has written meanwhile', async () => {
    await using jobs = await stored({ [REPORT]: reportOf('P1') });
    const get = jobs.objects.get.bind(jobs.objects);
    vi.spyOn(jobs.objects, 'get').mockImplementationOnce(async (...words) => {
      const before = await get(...words);
      await eraseFromJobs(jobs.objects, 'north', 'P2');
      await jobs.objects.put(REPORT, Buffer.from(JSON.stringify({ ...reportOf('P1'), more: 1 })));
      return before;
    });
    expect(await eraseFromJobs(jobs.objects, 'north', 'P1')).toBe(1);
    expect(JSON.parse(await jobs.read(REPORT))).toEqual({ ...reportOf('erased'), more: 1 });
    expect(await jobs.versions(REPORT)).toBe(1);
  });

  it('is tried twenty times against others, and no other fault is tried again', async () => {
    await using jobs = await stored({ [REPORT]: reportOf('P1') });
    const put = vi.spyOn(jobs.objects, 'put').mockRejectedValue(new ObjectChangedError('k', 'v'));
    await expect(eraseFromJobs(jobs.objects, 'north', 'P1')).rejects.toThrow(ObjectChangedError);
    expect(put).toHaveBeenCalledTimes(20);
    put.mockRejectedValue(new Error('the disk is full'));
    await expect(eraseFromJobs(jobs.objects, 'north', 'P1')).rejects.toThrow('the disk is full');
    expect(put).toHaveBeenCalledTimes(21);
  });

  it('needs no erasing from what is gone since it was listed', async () => {
    await using jobs = await stored({ [REPORT]: reportOf('P1') });
    vi.spyOn(jobs.objects, 'get').mockRejectedValueOnce(new ObjectNotFoundError(REPORT));
    expect(await eraseFromJobs(jobs.objects, 'north', 'P1')).toBe(0);
  });

  it('is left in no version either when an earlier attempt has ended in between', async () => {
    await using jobs = await stored({ [REPORT]: reportOf('P1') });
    vi.spyOn(jobs.objects, 'listVersions').mockRejectedValueOnce(new Error('the process has died'));
    await expect(eraseFromJobs(jobs.objects, 'north', 'P1')).rejects.toThrow('died');
    expect(await jobs.versions(REPORT)).toBe(3);
    expect(await eraseFromJobs(jobs.objects, 'north', 'P1')).toBe(0);
    expect(await jobs.versions(REPORT)).toBe(1);
  });

  it('is taken out without a condition where the store keeps no versions', async () => {
    await using jobs = await stored({ [REPORT]: reportOf('P1') });
    const get = jobs.objects.get.bind(jobs.objects);
    vi.spyOn(jobs.objects, 'get').mockImplementation(async (...words) => {
      const { object, content } = await get(...words);
      return { content, object: { ...object, versionId: null } };
    });
    const put = vi.spyOn(jobs.objects, 'put');
    expect(await eraseFromJobs(jobs.objects, 'north', 'P1')).toBe(1);
    expect(put.mock.calls[0]?.[2]).toEqual({ contentType: expect.any(String), metadata: { exams: '2' } });
  });

  it('of another program stays', async () => {
    const key = manifestKey({ program: 'south', job: 'j1' }, 0);
    await using jobs = await stored({ [key]: `${JSON.stringify({ ...exam('P1'), features: null })}\n` });
    expect(await eraseFromJobs(jobs.objects, 'north', 'P1')).toBe(0);
    expect(await jobs.read(key)).toContain('P1');
  });
});
