import { expect, it } from 'vitest';
import { ObjectNotFoundError, RevisionConflictError } from '../errors.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { EXAM, receivedImage } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { revisionConflict, type UpdatableHome, updateExam } from './update-exam.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const arrival = (version: number) => (record: ExamRecord | undefined) =>
  receiveImage(record, receivedImage('left', version), NOW, 900);

/** A table over which other writers win some times. */
function contested(home: UpdatableHome, times: number) {
  const seen = { saves: 0 };
  const exams: UpdatableHome['exams'] = {
    get: (key) => home.exams.get(key),
    async save(record) {
      seen.saves += 1;
      if (seen.saves <= times) throw revisionConflict(record);
      return home.exams.save(record);
    },
  };
  return { seen, home: { exams, objects: home.objects } };
}

it('reads again and goes on when another writer was first', async () => {
  await using temporary = await temporaryHome();
  const { seen, home } = contested(temporary.home, 3);
  const saved = await updateExam(home, EXAM, arrival(1));
  expect([saved?.revision, seen.saves]).toEqual([1, 4]);
  expect(await temporary.home.exams.get(EXAM)).toEqual(saved);
});

it('gives up after twenty writers, and says of which exam', async () => {
  await using temporary = await temporaryHome();
  const never = contested(temporary.home, Number.POSITIVE_INFINITY);
  await expect(updateExam(never.home, EXAM, arrival(1))).rejects.toThrow(RevisionConflictError);
  expect(never.seen.saves).toBe(20);
  const last = contested(temporary.home, 19);
  await expect(updateExam(last.home, EXAM, arrival(1))).resolves.toMatchObject({ revision: 1 });
  const before = receiveImage(undefined, receivedImage('left'), NOW, 900);
  expect(revisionConflict({ ...before, revision: 7 }).message).toBe(
    'Exam north/P1/2026-05-01 was changed by another writer since revision 7 was read. Read it again.',
  );
});

it('does not repeat what failed for another reason', async () => {
  await using temporary = await temporaryHome();
  let saves = 0;
  const full: UpdatableHome['exams'] = {
    get: (key) => temporary.home.exams.get(key),
    save: async () => {
      saves += 1;
      throw new Error('disk full');
    },
  };
  const { objects } = temporary.home;
  await expect(updateExam({ exams: full, objects }, EXAM, arrival(1))).rejects.toThrow('disk full');
  expect(saves).toBe(1);
});

it('writes nothing where nothing changes', async () => {
  await using temporary = await temporaryHome();
  const { seen, home } = contested(temporary.home, 0);
  expect(await updateExam(home, EXAM, () => undefined)).toBeUndefined();
  const saved = await updateExam(home, EXAM, arrival(1));
  expect(await updateExam(home, EXAM, (record) => record)).toEqual(saved);
  expect(await updateExam(home, EXAM, () => undefined)).toEqual(saved);
  expect(seen.saves).toBe(1);
});

it('keeps a dropped result before it writes the record, and moves former ones out of it', async () => {
  const steps: string[] = [];
  const record = receiveImage(undefined, receivedImage('left'), NOW, 900);
  const former = { requestId: 'r0', policy: 'p', screenedAt: NOW.toISOString(), outcome: 'refer' } as never;
  const home: UpdatableHome = {
    exams: {
      get: async () => ({ ...record, formerResults: [former] }),
      save: async (after) => {
        steps.push(`save ${'formerResults' in after}`);
        return after;
      },
    },
    objects: {
      put: async (key) => {
        steps.push(key);
        return {} as never;
      },
      get: async (key) => {
        throw new ObjectNotFoundError(key);
      },
      deleteVersion: async () => undefined,
    },
  };
  await updateExam(home, EXAM, arrival(2));
  await updateExam(home, EXAM, (before) => before && { ...before, status: 'screening' });
  const kept = 'results/north/P1/2026-05-01/r0.json';
  expect(steps).toEqual([kept, 'save false', kept, 'save false']);
});
