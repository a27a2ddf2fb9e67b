import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PatientErasedError, RevisionConflictError } from '../../core/errors.ts';
import type { ExamTable } from '../../core/ports/index.ts';
import { registeredExam, screenedExam } from './exam-records.ts';
import type { ExamTableSubject } from './exam-table.ts';

const AT = '2026-05-01T00:00:00.000Z';
const KEY = { program: 'erased', patient: 'P1', exam: '2026-05-01' };

/** What every table of exams must do with patients who are erased. */
export function describeTombstones(name: string, open: () => Promise<ExamTableSubject>): void {
  describe(`tombstones: ${name}`, () => {
    let subject: ExamTableSubject;
    let exams: ExamTable;
    let patients = 0;

    beforeAll(async () => {
      subject = await open();
      exams = subject.exams;
    });
    afterAll(() => subject.close());

    function newExam() {
      patients += 1;
      return registeredExam({ ...KEY, patient: `P${patients}` }, AT);
    }

    async function erase(patient: string, erasure: string): Promise<void> {
      await exams.putTombstone(KEY.program, patient, { erasure, at: new Date(AT) });
    }

    it('are of one patient of one program', async () => {
      const { program, patient } = newExam();
      expect(await exams.latestErasure(program, patient)).toBeNull();
      await erase(patient, 'e1');
      expect(await exams.latestErasure(program, patient)).toBe('e1');
      expect(await exams.latestErasure(program, `${patient}0`)).toBeNull();
      expect(await exams.latestErasure(`${program}2`, patient)).toBeNull();
      await erase(patient, 'e2');
      expect(await exams.latestErasure(program, patient)).toBe('e2');
    });

    it('keep an exam from coming back that was begun before them, and let one begin after them', async () => {
      const before = newExam();
      await erase(before.patient, 'e1');
      await expect(exams.save(before)).rejects.toThrow(PatientErasedError);
      await expect(exams.save({ ...before, erasure: 'e0' })).rejects.toThrow(/was erased/);
      expect(await exams.get(before)).toBeUndefined();
      const after = { ...before, erasure: 'e1' };
      expect(await exams.save(after)).toEqual({ ...after, revision: 1 });
      await expect(exams.save(after)).rejects.toThrow(RevisionConflictError);
    });

    it('are not exams: nothing lists or counts them', async () => {
      const { program, patient } = newExam();
      const counts = await exams.count(program);
      await erase(patient, 'e1');
      expect((await exams.listByPatient(program, patient, { limit: 10 })).items).toEqual([]);
      expect(await exams.count(program)).toEqual(counts);
    });

    it('let no writer of the erased exam write over a later one that counts its revisions from zero', async () => {
      const former = await exams.save(newExam());
      await exams.remove(former);
      await erase(former.patient, 'e1');
      const later = await exams.save({ ...former, revision: 0, erasure: 'e1' });
      expect(later.revision).toBe(former.revision);
      await expect(exams.save(screenedExam(former, 'refer', AT))).rejects.toThrow(RevisionConflictError);
      await expect(exams.remove(former)).rejects.toThrow(RevisionConflictError);
      expect(await exams.get(former)).toEqual(later);
      await erase(former.patient, 'e2');
      const changed = await exams.save({ ...later, status: 'screening' });
      expect(changed.erasure).toBe('e1');
      await exams.remove(changed);
      expect(await exams.get(former)).toBeUndefined();
    });

    it('decide between an erasure and the many who begin an exam in its moment', async () => {
      const begun = newExam();
      const [, ...begins] = await Promise.allSettled([
        erase(begun.patient, 'e1'),
        ...Array.from({ length: 8 }, () => exams.save(begun)),
        ...Array.from({ length: 8 }, () => exams.save({ ...begun, erasure: 'e1' })),
      ]);
      const saved = begins.flatMap((begin) => (begin.status === 'fulfilled' ? [begin.value] : []));
      expect(saved.length).toBeLessThanOrEqual(1);
      for (const begin of begins) {
        if (begin.status === 'fulfilled') continue;
        expect([PatientErasedError, RevisionConflictError]).toContain(begin.reason.constructor);
      }
      await expect(exams.save({ ...begun, exam: 'late' })).rejects.toThrow(PatientErasedError);
    });
  });
}
