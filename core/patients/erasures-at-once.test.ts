import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { Review } from '../exams/review.ts';
import type { Home } from '../ports/index.ts';
import { formerResultKey } from '../records/former-results.ts';
import { keepRecord, keptRecordKey } from '../records/kept-record.ts';
import { updateExam } from '../records/update-exam.ts';
import { eraseMentions } from './erase-mentions.ts';

type MentioningHome = Pick<Home, 'objects' | 'exams'>;

const exam = (patient: string) => ({ program: 'north', patient, exam: '2026-05-01' });
const FORMER = formerResultKey(exam('Q'), 'former');
const KEPT = keptRecordKey(exam('Q'));
const verdict = (id: string): Review => ({
  ...{ id, stage: 'first', outcome: 'refer', reader: 'Ada', note: null },
  ...{ at: '2026-05-02T10:00:00.000Z', since: '2026-05-01T10:00:00.000Z' },
  machine: { requestId: 'former', outcome: 'recall' },
  images: { left: null, right: null },
});

async function uploadBoth(run: FunctionRun, patient: string, left: string, right: string): Promise<void> {
  await run.upload('left', left, exam(patient));
  await run.upload('right', right, exam(patient));
  await run.settle();
}

async function recordOf(run: FunctionRun, patient: string): Promise<ExamRecord> {
  const record = await run.exam(exam(patient));
  if (record === undefined) throw new Error(`Expected an exam of ${patient}.`);
  return record;
}

/** Patient Q's left photograph was sent for P1, too, and the right one for P2: record, former result and kept record say so. */
async function named(run: FunctionRun): Promise<ExamRecord> {
  await uploadBoth(run, 'Q', 'shared left', 'shared right');
  await uploadBoth(run, 'P1', 'shared left', 'right of P1');
  await uploadBoth(run, 'P2', 'left of P2', 'shared right');
  return recordOf(run, 'Q');
}

/** Writes record, former result and kept record as they were before any erasure. */
async function reset({ home }: FunctionRun, record: ExamRecord): Promise<void> {
  if (record.result === null) throw new Error('Expected a result.');
  const doubt = (patient: string) => ({
    outcome: 'recall',
    because: 'identity-doubt',
    doubt: `As of ${patient}.`,
  });
  const former = { ...record.result, requestId: 'former', reasons: [doubt('P1'), doubt('P2')] };
  await home.objects.put(FORMER, Buffer.from(JSON.stringify(former)));
  await updateExam(
    home,
    record,
    (now) => now && { ...record, reviews: [verdict('v1')], revision: now.revision },
  );
  await keepRecord(home.objects, { ...record, reviews: [verdict('v1')] });
}

/** What is stored of Q in any version. */
async function everythingOf({ home }: FunctionRun): Promise<string> {
  const texts = [JSON.stringify(await home.exams.get(exam('Q')))];
  for (const key of [FORMER, KEPT]) {
    for (const { versionId } of (await home.objects.listVersions(key, { limit: 50 })).items) {
      const { content } = await home.objects.get(key, { versionId: versionId ?? undefined });
      texts.push(Buffer.from(content).toString());
    }
  }
  return texts.join('\n');
}

/** A home whose every call waits until a scheduler lets it go. */
function scheduledHome(home: MentioningHome, scheduler: fc.Scheduler): MentioningHome {
  const wrap = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, method) {
        const value = Reflect.get(target, method);
        if (typeof value !== 'function') return value;
        return async (...words: unknown[]) => {
          await scheduler.schedule(Promise.resolve(), String(method));
          return Reflect.apply(value, target, words);
        };
      },
    });
  return { objects: wrap(home.objects), exams: wrap(home.exams) };
}

it('of two erasures at once neither brings a name back that the other took out, in any order of their steps', async () => {
  await using run = await FunctionRun.open();
  const q = await named(run);
  const [p1, p2] = [await recordOf(run, 'P1'), await recordOf(run, 'P2')];
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      await reset(run, q);
      expect(await everythingOf(run)).toMatch(/\bP1\b.*\bP2\b/s);
      const home = scheduledHome(run.home, scheduler);
      const both = Promise.all([eraseMentions(home, p1), eraseMentions(home, p2)]);
      await scheduler.waitFor(both);
      const text = await everythingOf(run);
      expect(text).not.toMatch(/\bP[12]\b/);
      expect(text.match(/\(erased\)/g)?.length).toBeGreaterThan(2);
      expect(text.match(/"v1"/g)?.length).toBeGreaterThan(1);
    }),
    { numRuns: 25 },
  );
});

it('a verdict that is given while a patient is erased brings no name back, and is kept', async () => {
  await using run = await FunctionRun.open();
  const q = await named(run);
  const p1 = await recordOf(run, 'P1');
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      await reset(run, q);
      const home = scheduledHome(run.home, scheduler);
      const review = updateExam(
        home,
        q,
        (now) => now && { ...now, reviews: [...(now.reviews ?? []), verdict('v2')] },
      );
      await scheduler.waitFor(Promise.all([eraseMentions(home, p1), review]));
      expect(await everythingOf(run)).not.toMatch(/\bP1\b/);
      const kept = JSON.parse(Buffer.from((await run.home.objects.get(KEPT)).content).toString());
      expect(kept.reviews.map(({ id }: { readonly id: string }) => id)).toEqual(['v1', 'v2']);
    }),
    { numRuns: 25 },
  );
});

/** An image of Q that counts, which a former release moved from P1: its metadata say so. */
async function movedByFormerRelease(run: FunctionRun) {
  const { objects, exams } = run.home;
  await uploadBoth(run, 'P1', 'left of P1', 'right of P1');
  await uploadBoth(run, 'Q', 'left of Q', 'right of Q');
  const key = 'images/north/Q/2026-05-01/left.jpg';
  const metadata = { 'moved-from': 'images%2Fnorth%2FP1%2F2026-05-01%2Fleft.jpg#v1' };
  const stored = await objects.put(key, Buffer.from('moved'), { metadata });
  const q = await recordOf(run, 'Q');
  const images = q.images.map((image) =>
    image.key === key
      ? {
          ...{ ...image, versionId: stored.versionId, sha256: stored.sha256 },
          movedFrom: { key: 'images/north/P1/2026-05-01/left.jpg', versionId: 'v1' },
        }
      : image,
  );
  await exams.save({ ...q, images });
  const p1 = await recordOf(run, 'P1');
  const movedTo = { ...exam('Q'), laterality: 'left' as const };
  const withdrawal = { at: q.createdAt, by: 'ada', reason: 'moved', movedTo };
  const withdrawn = p1.images.map((image) => ({ ...image, state: 'withdrawn' as const, withdrawal }));
  return { key, stored, p1: { ...p1, images: withdrawn } };
}

it('an image that names the patient in its metadata is stored again once by two erasures', async () => {
  await using run = await FunctionRun.open();
  const { key, stored, p1 } = await movedByFormerRelease(run);
  await Promise.all([eraseMentions(run.home, p1), eraseMentions(run.home, p1)]);
  const { items } = await run.home.objects.listVersions(key, { limit: 9 });
  const contents = items.map(async ({ versionId }) => {
    const { object, content } = await run.home.objects.get(key, { versionId: versionId ?? undefined });
    return [Buffer.from(content).toString(), object.metadata];
  });
  expect(items.map(({ versionId }) => versionId)).not.toContain(stored.versionId);
  expect((await Promise.all(contents)).filter(([content]) => content === 'moved')).toEqual([['moved', {}]]);
});

it('an image over which a newer one was sent meanwhile is not stored again over that one', async () => {
  await using run = await FunctionRun.open();
  const { key, stored, p1 } = await movedByFormerRelease(run);
  const newer = await run.home.objects.put(key, Buffer.from('a retake'), { metadata: { eyes: 'both' } });
  await eraseMentions(run.home, p1);
  expect((await run.home.objects.head(key))?.versionId).toBe(newer.versionId);
  const { items } = await run.home.objects.listVersions(key, { limit: 9 });
  expect(items.map(({ versionId }) => versionId)).not.toContain(stored.versionId);
  await run.settle();
  const left = (await recordOf(run, 'Q')).images.filter(({ laterality }) => laterality === 'left');
  expect(left.filter(({ state }) => state === 'current').map(({ versionId }) => versionId)).toEqual([
    newer.versionId,
  ]);
});
