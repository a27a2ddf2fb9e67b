import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RevisionConflictError } from '../../core/errors.ts';
import { EXAM_LISTINGS } from '../../core/exams/exam-listing.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { imagesOfResult } from '../../core/exams/exam-result.ts';
import type { Outcome } from '../../core/exams/outcome.ts';
import type { Review, ReviewStage } from '../../core/exams/review.ts';
import { factsOf } from '../../core/ports/exam-facts.ts';
import type { ExamFilter } from '../../core/ports/exam-filter.ts';
import type { ExamTable } from '../../core/ports/index.ts';
import { registeredExam, screenedExam } from './exam-records.ts';
import type { ExamTableSubject } from './exam-table.ts';

interface Exam {
  readonly patient: string;
  readonly outcome: Outcome;
  readonly change?: (record: ExamRecord) => ExamRecord;
}

function changed(change: Partial<NonNullable<ExamRecord['result']>>) {
  return (record: ExamRecord): ExamRecord =>
    record.result === null ? record : { ...record, result: { ...record.result, ...change } };
}

function finding(label: string, probability: number) {
  return {
    level: 'left',
    image: null,
    head: 'h',
    label,
    probability,
    threshold: 0.5,
    positive: probability >= 0.5,
  } as const;
}

/** A reader's verdict over a record. */
export function verdict(record: ExamRecord, reader: string, outcome: Outcome): Review {
  const { result } = record;
  if (result === null) throw new Error('Expected an exam that is screened.');
  return {
    id: `${reader} ${outcome}`,
    stage: 'first',
    outcome,
    reader,
    note: null,
    at: '2026-05-03T00:00:00.000Z',
    since: result.screenedAt,
    machine: { requestId: result.requestId, outcome: result.outcome },
    images: imagesOfResult(result),
  };
}

function readBy(reader: string, outcome: Outcome) {
  return (record: ExamRecord): ExamRecord => ({
    ...record,
    reviews: [...(record.reviews ?? []), verdict(record, reader, outcome)],
  });
}

const EXAMS: readonly Exam[] = [
  {
    patient: 'P0',
    outcome: 'refer',
    change: changed({ findings: [finding('glaucoma', 0.7), finding('amd', 0.1)] }),
  },
  { patient: 'P1', outcome: 'recall', change: changed({ findings: [finding('glaucoma', 0.3)] }) },
  { patient: 'P2', outcome: 'refer', change: changed({ findings: [], model: 'bundle-2' }) },
  {
    patient: 'P3',
    outcome: 'ungradable',
    change: (record: ExamRecord) => {
      const eye = record.result?.eyes.left;
      if (eye == null) throw new Error('Expected a left eye.');
      const quality = { gradable: false, reason: 'too-dark', measurements: {} } as const;
      return changed({ findings: [], eyes: { left: { ...eye, quality }, right: null } })(record);
    },
  },
  { patient: 'P4', outcome: 'refer-urgent', change: readBy('anna', 'refer-urgent') },
  { patient: 'P5', outcome: 'refer', change: readBy('anna', 'recall') },
];

/** What every table of exams must do with filters and work lists. */
export function describeExamLists(name: string, open: () => Promise<ExamTableSubject>): void {
  describe(`Lists of exams: ${name}`, () => {
    let subject: ExamTableSubject;
    let exams: ExamTable;

    beforeAll(async () => {
      subject = await open();
      exams = subject.exams;
      for (const [index, { patient, outcome, change = (record: ExamRecord) => record }] of EXAMS.entries()) {
        const waiting = registeredExam({ program: 'lists', patient, exam: '1' }, '2026-05-01T00:00:00.000Z');
        const screened = screenedExam(waiting, outcome, `2026-05-02T00:0${index}:00.000Z`);
        await exams.save(change({ ...screened, request: null }));
      }
      await exams.save(
        registeredExam({ program: 'lists', patient: 'P9', exam: '1' }, '2026-05-01T00:00:00.000Z'),
      );
    });
    afterAll(() => subject.close());

    async function found(where: ExamFilter, limit: number): Promise<string[]> {
      const patients: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await exams.list('lists', { listings: EXAM_LISTINGS, where, limit, cursor });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        patients.push(...page.items.map((record) => record.patient));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return patients.toSorted();
    }

    it.each<[string, ExamFilter, readonly string[]]>([
      ['a label', { label: { name: 'glaucoma' } }, ['P0', 'P1']],
      ['a label at least so probable', { label: { name: 'glaucoma', minimum: 0.7 } }, ['P0']],
      ['a label at most so probable', { label: { name: 'glaucoma', maximum: 0.3 } }, ['P1']],
      ['a label in between', { label: { name: 'glaucoma', minimum: 0.31, maximum: 0.69 } }, []],
      ['a bundle', { model: 'bundle-2' }, ['P2']],
      ['any other bundle', { notModel: 'bundle-1' }, ['P2', 'P9']],
      ['a photograph that is ungradable', { gradable: false }, ['P3']],
      ['a reason', { reason: 'too-dark' }, ['P3']],
      ['that it was read', { reviewed: true }, ['P4', 'P5']],
      ['that one reader has not read it', { notReadBy: 'anna', gradable: true }, ['P0', 'P1', 'P2']],
      ['several things', { reviewed: false, model: 'bundle-1', gradable: true }, ['P0', 'P1']],
    ])('finds exams by %s, on pages of any size', async (_, where, patients) => {
      expect(await found(where, 100)).toEqual(patients);
      expect(await found(where, 1)).toEqual(patients);
    });

    it('gives the facts of just the exams that it lists', async () => {
      const request = { listings: ['refer', 'ungradable'], order: 'oldest-first', limit: 2 } as const;
      const first = await exams.facts('lists', request);
      const second = await exams.facts('lists', { ...request, cursor: first.cursor });
      const records = await exams.list('lists', { ...request, limit: 100 });
      expect([...first.items, ...second.items]).toEqual(records.items.map(factsOf));
      expect(records.items).toHaveLength(4);
    });

    it('refuses the cursor of another filter', async () => {
      const request = { listings: EXAM_LISTINGS, limit: 1, where: { gradable: true } };
      const { cursor } = await exams.list('lists', request);
      expect(cursor).toBeDefined();
      await expect(exams.list('lists', { ...request, where: {}, cursor })).rejects.toThrow('cursor');
    });

    async function waiting(
      stage: ReviewStage | 'done',
      outcomes?: readonly Outcome[],
      limit = 100,
    ): Promise<string[]> {
      const patients: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await exams.workList('lists', { stage, outcomes, limit, cursor });
        patients.push(...page.items.map((record) => record.patient));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return patients;
    }

    it('lists by stage what waits for a reader, the first to be due first', async () => {
      expect(await waiting('first')).toEqual(['P0', 'P2', 'P3']);
      expect(await waiting('first', ['ungradable'])).toEqual(['P3']);
      expect(await waiting('second')).toEqual(['P5']);
      expect(await waiting('arbitration')).toEqual([]);
      expect(await waiting('done')).toEqual(['P4']);
      expect(await waiting('first', undefined, 1)).toEqual(['P0', 'P2', 'P3']);
    });

    it('moves an exam from stage to stage with every verdict, until it needs no more reading', async () => {
      const key = { program: 'stages', patient: 'P1', exam: '1' };
      const stagesOf = async () => {
        const lists = await Promise.all(
          (['first', 'second', 'arbitration', 'done'] as const).map((stage) =>
            exams.workList('stages', { stage, limit: 10 }),
          ),
        );
        return lists.map((page) => page.items.length);
      };
      let record = await exams.save(
        screenedExam(registeredExam(key, '2026-05-01T00:00:00.000Z'), 'refer', '2026-05-02T00:00:00.000Z'),
      );
      expect(await stagesOf()).toEqual([1, 0, 0, 0]);
      record = await exams.save(readBy('anna', 'recall')(record));
      expect(await stagesOf()).toEqual([0, 1, 0, 0]);
      record = await exams.save(readBy('ben', 'refer')(record));
      expect(await stagesOf()).toEqual([0, 0, 1, 0]);
      await exams.save(readBy('carla', 'refer')(record));
      expect(await stagesOf()).toEqual([0, 0, 0, 1]);
    });

    it('removes an exam from every list, on condition of its revision', async () => {
      const key = { program: 'removed', patient: 'P1', exam: '1' };
      const unsaved = registeredExam(key, '2026-05-01T00:00:00.000Z');
      await expect(exams.remove({ ...unsaved, revision: 1 })).rejects.toThrow(RevisionConflictError);
      const first = await exams.save(unsaved);
      const second = await exams.save(screenedExam(first, 'refer', '2026-05-02T00:00:00.000Z'));
      await expect(exams.remove(first)).rejects.toThrow(RevisionConflictError);
      await exams.remove(second);
      expect(await exams.get(key)).toBeUndefined();
      expect((await exams.list('removed', { listings: EXAM_LISTINGS, limit: 10 })).items).toEqual([]);
      expect((await exams.workList('removed', { stage: 'first', limit: 10 })).items).toEqual([]);
      expect((await exams.save(unsaved)).revision).toBe(1);
    });
  });
}
