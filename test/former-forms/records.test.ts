import { describe, expect, it } from 'vitest';
import { recordOf as recordOfItem } from '../../aws/table/exam-item.ts';
import { currentImage } from '../../core/exams/exam-image.ts';
import { listingOf } from '../../core/exams/exam-listing.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { examRecordSchema } from '../../core/exams/exam-record.ts';
import { finalOf } from '../../core/exams/final.ts';
import { reviewStateOf } from '../../core/exams/review-state.ts';
import { indexOf } from '../../core/lists/exam-index.ts';
import { resultLineOf } from '../../core/reviews/result-line.ts';
import { recordOf as recordOfRow } from '../../local/table/stored-record.ts';
import { type ExamFacts, FormerRelease } from './former-release.ts';

const release = new FormerRelease('0.1.0');
const { exams } = await release.facts();

/** A form as both homes read it. */
async function readRecord(form: string): Promise<ExamRecord> {
  const record = await release.json(form);
  const { program, patient, exam, revision } = record;
  const text = JSON.stringify(record);
  const local = recordOfRow({ program, patient, exam, revision, record: text }, '/data');
  const item = { pk: `${program}#${patient}`, sk: exam, revision, record: text };
  expect(recordOfItem(item)).toEqual(local);
  return local;
}

/** What today's code makes of a record, in the words of `data.facts.json`. */
function factsOf(record: ExamRecord): Omit<ExamFacts, 'replaced' | 'formerResults' | 'announced' | 'final'> {
  const { program, patient, exam, revision, status } = record;
  const line = resultLineOf(record);
  const state = reviewStateOf(record);
  const positive = (line?.findings ?? []).filter((finding) => finding.positive && finding.label !== 'normal');
  return {
    ...{ program, patient, exam, revision, status },
    photographs: {
      left: currentImage(record, 'left')?.sha256 ?? null,
      right: currentImage(record, 'right')?.sha256 ?? null,
    },
    outcome: line?.outcome ?? null,
    requestId: record.result?.requestId ?? null,
    ungradable: Object.fromEntries(
      Object.entries(line?.eyes ?? {}).flatMap(([name, eye]) => (eye?.reason ? [[name, eye.reason]] : [])),
    ),
    flags: line?.flags ?? [],
    positive: positive
      .map((found) => `${found.level} ${found.head}/${found.label} ${found.probability.toFixed(4)}`)
      .sort(),
    shadow: record.result?.shadow?.outcome ?? null,
    verdicts: (state?.reviews ?? []).map(({ stage, reader, outcome }) => `${stage} ${reader} ${outcome}`),
    dueAt: state?.dueAt ?? null,
  };
}

/** What an announcement of eyes means in numbers of images. */
const ANNOUNCED = {
  both: { left: 1, right: 1 },
  left: { left: 1, right: 0 },
  right: { left: 0, right: 1 },
};

describe('an exam record of release 0.1.0', () => {
  it.each([
    'exam-1.agreed.json',
    'exam-1.arbitrated.json',
    'exam-1.arbitration.json',
    'exam-1.both.json',
    'exam-1.in-screening-again.json',
    'exam-1.in-screening.json',
    'exam-1.one-ungradable.json',
    'exam-1.replaced.json',
    'exam-1.rescored.json',
    'exam-1.right-alone.json',
    'exam-1.second-reader.json',
    'exam-1.shadow-of-a-job.json',
    'exam-1.shadow-of-screening.json',
    'exam-1.suspect.json',
    'exam-1.ungradable.json',
    'exam-1.waits-for-the-right.json',
  ])('is read from %s with every fact', async (form) => {
    const record = await readRecord(form);
    const wanted = exams.find(({ program, patient }) => program === 'north' && patient === record.patient);
    expect(wanted).toBeDefined();
    const { replaced, formerResults, announced, final, ...facts } = wanted as ExamFacts;
    expect(factsOf(record)).toEqual(facts);
    const older = record.images.filter(({ state }) => state === 'replaced');
    expect(older.map(({ sha256 }) => sha256)).toEqual(replaced);
    for (const image of older) expect(image.laterality).toBe('left');
    expect((record.formerResults ?? []).map(({ requestId }) => requestId)).toEqual(formerResults);
    expect(record.expected).toEqual(ANNOUNCED[announced]);
    expect(examRecordSchema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
    if (final === undefined) return;
    expect(reviewStateOf(record)?.status).toBe(final.review);
    const { outcome, decidedBy } = final;
    expect(finalOf(record)).toMatchObject({ outcome, ...(decidedBy === undefined ? {} : { decidedBy }) });
  });

  it.each([
    ['exam-1.suspect.json', 'left', 'right'],
    ['exam-1.suspect.json', 'right', 'left'],
    ['exam-1.both.json', 'left', 'left'],
    ['exam-1.both.json', 'right', 'right'],
  ] as const)('says of %s that its %s eye looks like a %s one', async (form, eye, detected) => {
    const line = resultLineOf(await readRecord(form));
    expect(line?.eyes[eye]?.laterality).toMatchObject({ detected, suspect: eye !== detected });
  });

  it('is listed by what holds now', async () => {
    const waiting = await readRecord('exam-1.waits-for-the-right.json');
    expect(listingOf(waiting).listing).toBe('registered');
    expect(listingOf(await readRecord('exam-1.in-screening-again.json')).listing).toBe('screening');
    expect(listingOf(await readRecord('exam-1.replaced.json')).listing).toBe('recall');
    // By what readers decided.
    expect(listingOf(await readRecord('exam-1.both.json')).listing).toBe('recall');
    expect(listingOf(await readRecord('exam-1.arbitrated.json')).listing).toBe('refer-urgent');
    expect(indexOf(await readRecord('exam-1.arbitration.json')).workList?.part).toMatch(/^arbitration/);
  });
});

describe('an item of the exam table of release 0.1.0', () => {
  it.each([
    ['dynamodb-item.registered.json', 'P06', 'registered', null],
    ['dynamodb-item.reviewed.json', 'P07', 'screened', 'refer'],
  ])('is read from %s', async (form, patient, status, outcome) => {
    const record = recordOfItem(await release.json(form));
    expect(factsOf(record)).toMatchObject({ patient, exam: `2026-03-${patient.slice(1)}`, status, outcome });
  });
});
