import { InvalidInputError } from '../errors.ts';
import { type ExamListing, listingOf } from '../exams/exam-listing.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { OUTCOMES, type Outcome } from '../exams/outcome.ts';
import type { ReviewStage } from '../exams/review.ts';
import { reviewStateOf } from '../exams/review-state.ts';
import { decodeFacts, type ExamFacts, encodeFacts, factsOf } from '../ports/exam-facts.ts';
import { fitsFilter } from '../ports/exam-filter.ts';
import type { ListingRequest, WorkListRequest } from '../ports/exam-table.ts';

/** No identifier holds it, and it sorts before all that they hold. */
const SEPARATOR = '\u0001';
const BEFORE_ALL = '0';
const AFTER_ALL = '~';

/** The two indexes of exams: by listing, and, of those that wait for a reader, by stage. */
export type ExamIndex = 'listing' | 'work-list';

/** An exam's place in an index: a part of the program's exams, and a text by which that part is sorted. */
export interface IndexPlace {
  readonly part: string;
  readonly sort: string;
}

/** What an index gives of an exam. */
export interface IndexEntry extends IndexPlace {
  readonly facts: ExamFacts;
}

/** A stretch of an index to be read. */
export interface IndexRange {
  readonly program: string;
  readonly index: ExamIndex;
  readonly part: string;
  /** Places from here, included, to there, excluded. */
  readonly from: string;
  readonly to: string;
  /** Place behind which to go on, in the direction of reading; excluded. */
  readonly after: string | undefined;
  readonly descending: boolean;
  readonly limit: number;
}

function sortable(what: string, at: string): string {
  if (Number.isNaN(Date.parse(at))) {
    throw new InvalidInputError(`Expected "${what}" as ISO 8601 but received ${JSON.stringify(at)}.`);
  }
  return new Date(at).toISOString();
}

function sortText(at: string, record: { readonly patient: string; readonly exam: string }): string {
  return [sortable('instant', at), record.patient, record.exam].join(SEPARATOR);
}

/** Where an exam stands in the work list: at the stage that it waits for, or, once it was read, among the done. */
function readingPlace(
  record: ExamRecord,
): { readonly stage: ReviewStage | 'done'; readonly outcome: Outcome; readonly at: string } | null {
  const state = record.status === 'screened' ? reviewStateOf(record) : null;
  if (state === null || record.result === null) return null;
  const { outcome } = record.result;
  if (state.stage !== null) {
    // A deadline follows from the outcome: to be due first would tell it to a blinded reader.
    const isByArrival = state.stage === 'second' || record.reading?.blindToModel === true;
    return { stage: state.stage, outcome, at: isByArrival ? record.createdAt : state.dueAt };
  }
  return state.reviews.length === 0 ? null : { stage: 'done', outcome, at: state.since };
}

/** What both indexes hold of a record. `workList` is `null` where it waits for no reader. */
export function indexOf(record: ExamRecord): {
  readonly listing: IndexPlace;
  readonly workList: IndexPlace | null;
  readonly facts: string;
} {
  const { listing, at } = listingOf(record);
  const reading = readingPlace(record);
  const workList =
    reading === null
      ? null
      : { part: `${reading.stage}#${reading.outcome}`, sort: sortText(reading.at, record) };
  return {
    listing: { part: listing, sort: sortText(at, record) },
    workList,
    facts: encodeFacts(factsOf(record)),
  };
}

/** Reads an index entry. Where it stands in the work list, its listing is its machine's outcome and its instant the deadline, or its arrival. */
export function indexEntry(part: string, sort: string, encoded: string): IndexEntry {
  const [at = '', patient = '', exam = ''] = sort.split(SEPARATOR);
  const listing = part.slice(part.indexOf('#') + 1) as ExamListing;
  return { part, sort, facts: decodeFacts({ patient, exam, listing, at }, encoded) };
}

/** What is to be read of an index, and how its records are checked: the index may lag behind them. */
export interface IndexQuery {
  readonly index: ExamIndex;
  readonly parts: readonly string[];
  readonly descending: boolean;
  readonly from: string;
  readonly to: string;
  readonly where: ListingRequest['where'];
  /** Whether a record still stands where the index says. */
  holds(record: ExamRecord): boolean;
}

/** @throws InvalidInputError if an instant is none */
export function listingQuery(request: ListingRequest): IndexQuery {
  const from = request.since === undefined ? BEFORE_ALL : sortable('since', request.since);
  const to = request.until === undefined ? AFTER_ALL : sortable('until', request.until);
  const { listings, where = {} } = request;
  return {
    index: 'listing',
    parts: [...new Set(listings)].toSorted(),
    descending: request.order !== 'oldest-first',
    from,
    to,
    where: request.where,
    holds(record) {
      const { listing, at } = listingOf(record);
      const instant = sortable('instant', at);
      return (
        listings.includes(listing) && instant >= from && instant < to && fitsFilter(factsOf(record), where)
      );
    },
  };
}

/** @throws InvalidInputError if an instant is none */
export function workListQuery(request: WorkListRequest): IndexQuery {
  const { stage, outcomes = OUTCOMES, where = {} } = request;
  const from = request.since === undefined ? BEFORE_ALL : sortable('since', request.since);
  const to = request.until === undefined ? AFTER_ALL : sortable('until', request.until);
  return {
    index: 'work-list',
    parts: [...new Set(outcomes)].toSorted().map((outcome) => `${stage}#${outcome}`),
    descending: request.order === 'newest-first',
    from,
    to,
    where: request.where,
    holds(record) {
      const place = readingPlace(record);
      return place?.stage === stage && outcomes.includes(place.outcome) && fitsFilter(factsOf(record), where);
    },
  };
}
