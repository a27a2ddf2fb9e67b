import { z } from 'zod';
import { PatientErasedError } from '../../errors.ts';
import { type ExamKey, examName } from '../../exams/exam-key.ts';
import type { ExamRecord } from '../../exams/exam-record.ts';
import { isOutdated } from '../../exams/is-outdated.ts';
import { keepFormerResults } from '../../records/former-results.ts';
import { KEPT_RECORDS_PREFIX, keptRecordKey, readKeptRecord } from '../../records/kept-record.ts';
import { holdsPeoplesWork, withPeoplesWork } from '../../records/peoples-work.ts';
import { updateExam } from '../../records/update-exam.ts';
import { examCheckOf } from '../ask-again.ts';
import { GRACE } from '../grace.ts';
import { type FoundRecord, readExams } from '../read-exams.ts';
import { DAILY, type Stage } from '../stage.ts';
import type { Sweep } from '../sweep.ts';

const PAGE = 100;
const position = z.object({ cursor: z.string().nullable() });

interface Kept {
  readonly key: string;
  readonly record: ExamRecord;
  readonly lastModified: Date;
}

/** Records that are kept under their own exams; what cannot be read as one is shown. */
async function readKept(
  sweep: Sweep,
  items: readonly { readonly key: string; readonly lastModified: Date }[],
): Promise<Kept[]> {
  const read = await sweep.each(items, async ({ key, lastModified }): Promise<Kept[]> => {
    const kept = await readKeptRecord(sweep.home.objects, key);
    // Erased since it was listed.
    if (kept === undefined) return [];
    const { record } = kept;
    if (record !== null && keptRecordKey(record) === key) return [{ key, record, lastModified }];
    sweep.show('kept-record-unreadable', key);
    return [];
  });
  return read.flat();
}

/** What the table lacks of what is kept. `undecided`: it knows the exam from before or after another erasure. */
function lacking({ record: kept, lastModified }: Kept, record: FoundRecord, sweep: Sweep) {
  if (record === null || !holdsPeoplesWork(kept)) return 'nothing';
  if (record === undefined) return 'exam';
  if (record.erasure === kept.erasure) return withPeoplesWork(record, kept) === record ? 'nothing' : 'work';
  // An erasure that goes on at this moment removes it.
  return sweep.ageOf(lastModified) > GRACE.erasing ? 'undecided' : 'nothing';
}

/** @returns the record as it stands now; `undefined` if its patient was erased */
async function bringBack({ home }: Sweep, kept: ExamRecord): Promise<ExamRecord | undefined> {
  const exam: ExamKey = { program: kept.program, patient: kept.patient, exam: kept.exam };
  try {
    await keepFormerResults(home.objects, exam, kept.formerResults ?? []);
    return await updateExam(home, exam, (record) =>
      record === undefined ? { ...kept, revision: 0 } : withPeoplesWork(record, kept),
    );
  } catch (error) {
    if (error instanceof PatientErasedError) return undefined;
    throw error;
  }
}

/**
 * What people have said of exams is kept in the object store, too, which is not restored with the exam table. What a table
 * from before lacks of it is brought back: verdicts are added, images are withdrawn again, and an exam that the table does
 * not know is saved as it was kept. Verdicts and withdrawals are only ever added, so nothing older takes the place of
 * anything newer. The table refuses the exam of a patient who was erased.
 */
export const keptRecords: Stage<z.infer<typeof position>> = {
  everySeconds: DAILY,
  isOfOneProgram: true,
  position,
  begin: { cursor: null },

  async step(sweep, { cursor }) {
    const { objects } = sweep.home;
    const prefix = sweep.program === null ? KEPT_RECORDS_PREFIX : `${KEPT_RECORDS_PREFIX}${sweep.program}/`;
    const page = await objects.list(prefix, { limit: PAGE, cursor: cursor ?? undefined });
    const kept = await readKept(sweep, page.items);
    const found = await readExams(
      sweep,
      kept.map(({ record }) => record),
    );
    const lost: ExamRecord[] = [];
    for (const [index, one] of kept.entries()) {
      const what = lacking(one, found[index], sweep);
      if (what === 'undecided') sweep.show('work-undecided', examName(one.record));
      else if (what !== 'nothing') lost.push(one.record);
    }
    await sweep.settle('work-lost', lost.map(examName), async () => {
      const records = await sweep.each(lost, (record) => bringBack(sweep, record));
      // Where an image counts no longer, the exam is screened by those that are left.
      const outdated = records.filter((record) => record !== undefined).filter(isOutdated);
      await sweep.send('intake', outdated.map(examCheckOf));
    });
    sweep.count(kept.length);
    return page.cursor === undefined ? null : { cursor: page.cursor };
  },
};
