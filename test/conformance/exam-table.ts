import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInputError, RevisionConflictError } from '../../core/errors.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { EXAM_LISTINGS } from '../../core/exams/exam-listing.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { ExamTable, ListingRequest, Page, PageRequest } from '../../core/ports/index.ts';
import { registeredExam, replacedImage, screenedExam } from './exam-records.ts';
import { type Limitations, testsWith } from './subject.ts';

/** A table of exams; other tests may have left exams in it, of other programs. */
export interface ExamTableSubject {
  readonly exams: ExamTable;
  close(): Promise<void>;
}

export type ExamTableCapability =
  /** Patients and exams are listed in the order of their ids' UTF-8 bytes. */
  'byte-order';

/** What every table of exams must do. */
export function describeExamTable(
  name: string,
  open: () => Promise<ExamTableSubject>,
  limitations: Limitations<ExamTableCapability> = {},
): void {
  const testCapability = testsWith(name, limitations);

  describe(`ExamTable: ${name}`, () => {
    let subject: ExamTableSubject;
    let exams: ExamTable;
    let programs = 0;

    beforeAll(async () => {
      subject = await open();
      exams = subject.exams;
    });
    afterAll(() => subject.close());

    /** A program that no other test uses. */
    function newProgram(): string {
      programs += 1;
      return `program ${programs}`;
    }

    function keyOf(program: string, patient = 'P1', exam = '2026-05-01'): ExamKey {
      return { program, patient, exam };
    }

    async function addRegistered(program: string, patient: string, at: string): Promise<ExamRecord> {
      return exams.save(registeredExam(keyOf(program, patient), at));
    }

    async function allPages(
      read: (page: PageRequest) => Promise<Page<ExamRecord>>,
      limit: number,
    ): Promise<ExamRecord[]> {
      const items: ExamRecord[] = [];
      let cursor: string | undefined;
      do {
        const page = await read({ limit, cursor });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        items.push(...page.items);
        cursor = page.cursor;
      } while (cursor !== undefined);
      return items;
    }

    async function listed(program: string, request: Omit<ListingRequest, 'limit'>, limit = 100) {
      const records = await allPages((page) => exams.list(program, { ...request, ...page }), limit);
      return records.map((record) => record.patient);
    }

    it('knows no exam that was never saved', async () => {
      expect(await exams.get(keyOf(newProgram()))).toBeUndefined();
    });

    it('gives back a whole record under its new revision', async () => {
      const key = keyOf(newProgram(), '患者 7', 'visite@2026');
      const waiting = registeredExam(key, '2026-05-01T00:00:00.000Z');
      const record = {
        ...screenedExam(waiting, 'refer', '2026-05-01T00:20:00.000Z'),
        images: [replacedImage(key, 2), replacedImage(key, 3)],
      };
      const saved = await exams.save(record);
      expect(saved).toEqual({ ...record, revision: 1 });
      expect(await exams.get(key)).toEqual(saved);
    });

    it('counts revisions and sees each write that returned', async () => {
      const key = keyOf(newProgram());
      let record = registeredExam(key, '2026-05-01T00:00:00.000Z');
      for (let revision = 1; revision <= 5; revision += 1) {
        record = await exams.save({ ...record, images: [replacedImage(key, revision)] });
        expect(record.revision).toBe(revision);
        expect(await exams.get(key)).toEqual(record);
      }
    });

    it('refuses a write over a revision that is no longer there', async () => {
      const key = keyOf(newProgram());
      const first = await exams.save(registeredExam(key, '2026-05-01T00:00:00.000Z'));
      const second = await exams.save({ ...first, images: [replacedImage(key, 2)] });
      await expect(exams.save({ ...first, images: [replacedImage(key, 3)] })).rejects.toThrow(
        RevisionConflictError,
      );
      await expect(exams.save({ ...second, revision: 9 })).rejects.toThrow(RevisionConflictError);
      expect(await exams.get(key)).toEqual(second);
    });

    it('refuses to make an exam that is there, and to change one that is not', async () => {
      const key = keyOf(newProgram());
      const unsaved = registeredExam(key, '2026-05-01T00:00:00.000Z');
      await expect(exams.save({ ...unsaved, revision: 1 })).rejects.toThrow(RevisionConflictError);
      await exams.save(unsaved);
      await expect(exams.save(unsaved)).rejects.toThrow(/program .*P1/);
    });

    it('lets one of many who make an exam win', async () => {
      const key = keyOf(newProgram());
      const attempts = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) =>
          exams.save({
            ...registeredExam(key, '2026-05-01T00:00:00.000Z'),
            images: [replacedImage(key, index)],
          }),
        ),
      );
      const winners = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
      expect(winners).toEqual([await exams.get(key)]);
      for (const attempt of attempts) {
        if (attempt.status === 'rejected') expect(attempt.reason).toBeInstanceOf(RevisionConflictError);
      }
    });

    it('loses no update of many writers on one exam', async () => {
      const key = keyOf(newProgram());
      await exams.save(registeredExam(key, '2026-05-01T00:00:00.000Z'));
      const writers = 6;
      const writes = 5;
      async function writeOnce(number: number): Promise<void> {
        const record = await exams.get(key);
        if (record === undefined) throw new Error('Expected the exam to be there.');
        const images = [...record.images, replacedImage(key, number)];
        try {
          await exams.save({ ...record, images });
        } catch (error) {
          if (!(error instanceof RevisionConflictError)) throw error;
          await writeOnce(number);
        }
      }
      await Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          for (let write = 0; write < writes; write += 1) await writeOnce(writer * writes + write);
        }),
      );
      const record = await exams.get(key);
      const numbers = record?.images
        .filter(({ state }) => state === 'replaced')
        .map((image) => image.bytes - 50_000)
        .toSorted((a, b) => a - b);
      expect(numbers).toEqual(Array.from({ length: writers * writes }, (_, number) => number));
      expect(record?.revision).toBe(1 + writers * writes);
    });

    it('keeps programs apart', async () => {
      const [north, south] = [newProgram(), newProgram()];
      await addRegistered(north, 'P1', '2026-05-01T00:00:00.000Z');
      expect(await exams.get(keyOf(south))).toBeUndefined();
      expect((await exams.listByPatient(south, 'P1', { limit: 10 })).items).toEqual([]);
      expect(await listed(south, { listings: EXAM_LISTINGS })).toEqual([]);
      expect((await exams.count(south)).registered).toBe(0);
    });

    testCapability(
      'byte-order',
      "lists a patient's exams in the order of their ids, page by page",
      async () => {
        const program = newProgram();
        const ids = ['2026-05-01', '2025-05-01', 'Z', 'a', 'é', '初诊', '～'.normalize('NFC'), '𠀀'];
        for (const exam of ids) {
          await exams.save(registeredExam(keyOf(program, 'P1', exam), '2026-05-01T00:00:00.000Z'));
        }
        await addRegistered(program, 'P10', '2026-05-01T00:00:00.000Z');
        await addRegistered(program, 'P', '2026-05-01T00:00:00.000Z');
        const expected = ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        for (const limit of [1, 3, 8, 100]) {
          const records = await allPages((page) => exams.listByPatient(program, 'P1', page), limit);
          expect(records.map((record) => record.exam)).toEqual(expected);
        }
      },
    );

    it('lists exams newest first unless asked otherwise', async () => {
      const program = newProgram();
      await addRegistered(program, 'second', '2026-05-02T00:00:00.000Z');
      await addRegistered(program, 'third', '2026-05-03T00:00:00.000Z');
      await addRegistered(program, 'first', '2026-05-01T00:00:00.000Z');
      const listings = ['registered'] as const;
      expect(await listed(program, { listings })).toEqual(['third', 'second', 'first']);
      expect(await listed(program, { listings, order: 'newest-first' })).toEqual([
        'third',
        'second',
        'first',
      ]);
      expect(await listed(program, { listings, order: 'oldest-first' })).toEqual([
        'first',
        'second',
        'third',
      ]);
    });

    it('sorts instants as instants, however many digits their seconds have', async () => {
      const program = newProgram();
      await addRegistered(program, 'b', '2026-05-01T00:00:00.500Z');
      await addRegistered(program, 'a', '2026-05-01T00:00:00Z');
      await addRegistered(program, 'c', '2026-05-01T00:00:01Z');
      expect(await listed(program, { listings: ['registered'], order: 'oldest-first' })).toEqual([
        'a',
        'b',
        'c',
      ]);
    });

    it('lists from an instant on, up to another', async () => {
      const program = newProgram();
      for (const day of [1, 2, 3, 4])
        await addRegistered(program, `day ${day}`, `2026-05-0${day}T00:00:00.000Z`);
      const listings = ['registered'] as const;
      const since = '2026-05-02T00:00:00.000Z';
      const until = '2026-05-04T00:00:00.000Z';
      expect(await listed(program, { listings, since })).toEqual(['day 4', 'day 3', 'day 2']);
      expect(await listed(program, { listings, until })).toEqual(['day 3', 'day 2', 'day 1']);
      expect(await listed(program, { listings, since, until }, 1)).toEqual(['day 3', 'day 2']);
      expect(await listed(program, { listings, since: until, until: since })).toEqual([]);
    });

    it('lists several listings as one, page by page, each exam once', async () => {
      const program = newProgram();
      const expected: { readonly patient: string; readonly at: string }[] = [];
      for (let index = 0; index < 30; index += 1) {
        const patient = `P${String(index).padStart(2, '0')}`;
        const at = `2026-05-01T00:00:${String(index % 7).padStart(2, '0')}.000Z`;
        const waiting = registeredExam(keyOf(program, patient), at);
        const outcome = index % 3 === 0 ? 'refer' : 'refer-urgent';
        await exams.save(index % 4 === 0 ? waiting : screenedExam(waiting, outcome, at));
        expected.push({ patient, at });
      }
      const listings = ['refer', 'registered', 'refer-urgent'] as const;
      for (const order of ['newest-first', 'oldest-first'] as const) {
        for (const limit of [1, 4, 30, 100]) {
          const patients = await listed(program, { listings, order }, limit);
          const times = patients.map((patient) => expected.find((exam) => exam.patient === patient)?.at);
          expect(times).toEqual(order === 'newest-first' ? times.toSorted().toReversed() : times.toSorted());
          expect(patients.toSorted()).toEqual(expected.map((exam) => exam.patient));
        }
      }
      expect(await listed(program, { listings: ['recall'] })).toEqual([]);
    });

    it('moves an exam from one listing to another, and counts', async () => {
      const program = newProgram();
      const none = Object.fromEntries(EXAM_LISTINGS.map((listing) => [listing, 0]));
      expect(await exams.count(program)).toEqual(none);
      const waiting = await addRegistered(program, 'P1', '2026-05-01T00:00:00.000Z');
      await addRegistered(program, 'P2', '2026-05-01T00:00:00.000Z');
      expect(await exams.count(program)).toEqual({ ...none, registered: 2 });
      await exams.save(screenedExam(waiting, 'recall', '2026-05-01T00:20:00.000Z'));
      expect(await exams.count(program)).toEqual({ ...none, registered: 1, recall: 1 });
      expect(await listed(program, { listings: ['registered'] })).toEqual(['P2']);
      expect(await listed(program, { listings: ['recall'] })).toEqual(['P1']);
    });

    it('refuses a cursor that was not given for this list', async () => {
      const [north, south] = [newProgram(), newProgram()];
      for (const patient of ['P1', 'P2']) await addRegistered(north, patient, '2026-05-01T00:00:00.000Z');
      const request = { listings: ['registered'], limit: 1 } as const;
      const { cursor } = await exams.list(north, request);
      expect(cursor).toBeDefined();
      for (const foreign of ['', 'not a cursor', Buffer.from('{"a":1}').toString('base64url')]) {
        await expect(exams.list(north, { ...request, cursor: foreign })).rejects.toThrow(InvalidInputError);
        await expect(exams.listByPatient(north, 'P1', { limit: 1, cursor: foreign })).rejects.toThrow(
          InvalidInputError,
        );
      }
      await expect(exams.list(south, { ...request, cursor })).rejects.toThrow(InvalidInputError);
      await expect(exams.listByPatient(north, 'P1', { limit: 1, cursor })).rejects.toThrow(InvalidInputError);
    });

    it('refuses a page of a size that no page has', async () => {
      const program = newProgram();
      for (const limit of [0, -1, 1.5, 1_001]) {
        await expect(exams.listByPatient(program, 'P1', { limit })).rejects.toThrow(InvalidInputError);
        await expect(exams.list(program, { listings: ['refer'], limit })).rejects.toThrow(InvalidInputError);
      }
    });
  });
}
