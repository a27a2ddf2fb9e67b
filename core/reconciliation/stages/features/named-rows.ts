import { EXAM_LISTINGS } from '../../../exams/exam-listing.ts';
import type { ExamRecord } from '../../../exams/exam-record.ts';
import type { FeaturesReference } from '../../../exams/exam-result.ts';
import { type ProgramPlace, stepThroughPrograms } from '../../program-walk.ts';
import { readExams } from '../../read-exams.ts';
import type { Sweep } from '../../sweep.ts';
import { type ShardRows, withNamed } from './unnamed-rows.ts';

const PAGE = 500;

interface Marked {
  readonly exams: ProgramPlace;
  readonly shards: ShardRows;
  readonly pending: readonly string[];
  readonly isBlind: boolean;
}

/** Reads some records; says whether one could not be read. */
async function readSome(
  sweep: Sweep,
  program: string,
  facts: readonly { readonly patient: string; readonly exam: string }[],
) {
  const keys = facts.map(({ patient, exam }) => ({ program, patient, exam }));
  const read = await readExams(sweep, keys);
  const records = read.filter((record): record is ExamRecord => record != null);
  return { records, isBlind: read.includes(null) };
}

/** Collects the requests that are open: a result on its way may name a row of theirs. */
export async function collectPending(
  sweep: Sweep,
  { exams, pending, isBlind }: Marked,
): Promise<{ readonly pending: string[]; readonly isBlind: boolean; readonly exams: ProgramPlace | null }> {
  const collected = [...pending];
  let blind = isBlind;
  const next = await stepThroughPrograms(sweep, exams, async (program, cursor) => {
    const request = {
      listings: ['registered', 'screening'],
      order: 'oldest-first',
      limit: PAGE,
      cursor,
    } as const;
    const page = await sweep.home.exams.facts(program, request);
    const read = await readSome(sweep, program, page.items);
    blind ||= read.isBlind;
    for (const { request: asked } of read.records) if (asked !== null) collected.push(asked.requestId);
    return page.cursor;
  });
  return { pending: collected, isBlind: blind, exams: next };
}

function placesOf({ result, formerResults = [] }: ExamRecord): FeaturesReference[] {
  return [result, ...formerResults].flatMap((one) => one?.features ?? []);
}

/** Marks the rows that results of some exams name. */
export async function markNamed(
  sweep: Sweep,
  { exams, shards, isBlind }: Marked,
  order: 'oldest-first' | 'newest-first',
): Promise<{ readonly shards: ShardRows; readonly isBlind: boolean; readonly exams: ProgramPlace | null }> {
  let marked = shards;
  let blind = isBlind;
  const next = await stepThroughPrograms(sweep, exams, async (program, cursor) => {
    const page = await sweep.home.exams.facts(program, {
      listings: EXAM_LISTINGS,
      order,
      limit: PAGE,
      cursor,
    });
    const read = await readSome(sweep, program, page.items);
    blind ||= read.isBlind;
    marked = withNamed(marked, read.records.flatMap(placesOf));
    return page.cursor;
  });
  return { shards: marked, isBlind: blind, exams: next };
}
