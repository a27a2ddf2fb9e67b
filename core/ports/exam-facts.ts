import { type ExamListing, listingOf } from '../exams/exam-listing.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { type Outcome, outcomeSchema } from '../exams/outcome.ts';
import type { UngradableReason } from '../exams/quality.ts';
import { reviewStateOf } from '../exams/review-state.ts';

/** What a label's findings say: positive at any level and by any head, and every probability. */
export interface LabelFacts {
  readonly positive: boolean;
  readonly probabilities: readonly number[];
}

/** The few facts of an exam that lists are filtered and counted by: a tenth of its record, kept in the index. */
export interface ExamFacts {
  readonly patient: string;
  readonly exam: string;
  readonly listing: ExamListing;
  /** Instant by which it is listed. */
  readonly at: string;
  /** Bundle that screened it; `null` without a result. */
  readonly model: string | null;
  readonly labels: Readonly<Record<string, LabelFacts>>;
  /** Why photographs of it are ungradable; empty if every one is gradable. */
  readonly ungradable: readonly UngradableReason[];
  /** Who has read its present photographs and is not waited for again. */
  readonly readers: readonly string[];
  /** Outcome after review; `null` if it is unread or readers disagree. */
  readonly reviewed: Outcome | null;
  /** What the machine decided; `null` without a result. */
  readonly machine: Outcome | null;
}

function labelsOf(record: ExamRecord): Record<string, LabelFacts> {
  const labels = new Map<string, LabelFacts>();
  for (const { label, probability, positive } of record.result?.findings ?? []) {
    const before = labels.get(label) ?? { positive: false, probabilities: [] };
    labels.set(label, {
      positive: before.positive || positive,
      probabilities: [...before.probabilities, probability],
    });
  }
  return Object.fromEntries(labels);
}

/** The facts of an exam. */
export function factsOf(record: ExamRecord): ExamFacts {
  const { patient, exam, result } = record;
  const reading = reviewStateOf(record);
  const readers = reading?.readers ?? [];
  const eyes = [result?.eyes.left, result?.eyes.right];
  return {
    patient,
    exam,
    ...listingOf(record),
    model: result?.model ?? null,
    labels: labelsOf(record),
    ungradable: eyes.flatMap((eye) => eye?.quality.reason ?? []),
    readers,
    reviewed: readers.length === 0 ? null : (reading?.outcome ?? null),
    machine: result?.outcome ?? null,
  };
}

/** What the index keeps of the facts besides the exam's place in it. */
export function encodeFacts(facts: ExamFacts): string {
  const { model, labels, ungradable, readers, reviewed, machine } = facts;
  return JSON.stringify([
    model,
    Object.entries(labels).map(([label, { positive, probabilities }]) => [
      label,
      positive ? 1 : 0,
      ...probabilities,
    ]),
    ungradable,
    readers,
    reviewed,
    machine,
  ]);
}

type EncodedFacts = readonly [
  string | null,
  readonly (readonly [string, 0 | 1, ...number[]])[],
  readonly UngradableReason[],
  readonly string[],
  Outcome | null,
  // Absent from what was written before listings were by what holds: then the listing is the machine's outcome.
  (Outcome | null)?,
];

/** Reads what `encodeFacts` wrote. */
export function decodeFacts(
  place: Pick<ExamFacts, 'patient' | 'exam' | 'listing' | 'at'>,
  encoded: string,
): ExamFacts {
  const [model, labels, ungradable, readers, reviewed, machine] = JSON.parse(encoded) as EncodedFacts;
  const named = labels.map(
    ([label, positive, ...probabilities]) => [label, { positive: positive === 1, probabilities }] as const,
  );
  const decided = machine === undefined ? (outcomeSchema.safeParse(place.listing).data ?? null) : machine;
  return {
    ...place,
    model,
    labels: Object.fromEntries(named),
    ungradable,
    readers,
    reviewed,
    machine: decided,
  };
}
