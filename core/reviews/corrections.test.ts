import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import { ReviewRefusedError } from '../errors.ts';
import { type ExamRecord, examRecordSchema } from '../exams/exam-record.ts';
import { OUTCOMES, type Outcome } from '../exams/outcome.ts';
import { DEFAULT_REVIEW_SETTINGS } from '../exams/review-settings.ts';
import { reviewStateOf } from '../exams/review-state.ts';
import { factsOf } from '../ports/exam-facts.ts';
import { addReview } from './add-review.ts';
import { readerReports } from './reader-report.ts';
import { reviewLineOf } from './review-line.ts';
import { reviewedEvent } from './reviewed-event.ts';

/** As version 0.1 stored it, entered with `--by dr-lee`. */
const REVIEW_OF_BEFORE =
  '{"id":"a1","outcome":"recall","reader":"dr-lee","note":null,"stage":"first","at":"2026-05-02T06:00:00.000Z",' +
  '"since":"2026-05-02T00:00:00.000Z","machine":{"requestId":"request-1","outcome":"refer"}}';

const SCREENED = Date.parse('2026-05-02T00:00:00.000Z');

function exam(machine: Outcome, drawn = false): ExamRecord {
  const waiting = registeredExam({ program: 'north', patient: 'P1', exam: '1' }, '2026-05-01T00:00:00.000Z');
  const record = screenedExam(waiting, machine, new Date(SCREENED).toISOString());
  return { ...record, reading: { drawn, dueAt: '2026-06-01T00:00:00.000Z' } };
}

/** `anna recall`: a verdict; `anna recall!`: a correction of what she said last. An hour passes before each. */
function course(record: ExamRecord, ...steps: readonly string[]): ExamRecord {
  let after = record;
  for (const step of steps) {
    const [reader = '', said = ''] = step.split(' ');
    const hours = (after.reviews?.length ?? 0) + 1;
    const own = after.reviews?.findLast((review) => review.reader === reader);
    const correction = said.endsWith('!') ? { corrects: own?.id ?? 'none', reason: 'slipped' } : undefined;
    const outcome = said.replace('!', '') as Outcome;
    const verdict = { id: `${reader}${hours}`, outcome, reader, note: null, correction };
    after = addReview(after, verdict, new Date(SCREENED + hours * 3_600_000), DEFAULT_REVIEW_SETTINGS);
  }
  return after;
}

function standing(record: ExamRecord): (string | null)[] {
  const { stage = null, outcome = null, status = null } = reviewStateOf(record) ?? {};
  return [stage, outcome, status];
}

describe('the correction of a verdict', () => {
  it.each<[Outcome, boolean, string, (string | null)[]]>([
    ['refer', false, 'anna recall, anna refer!', [null, 'refer', 'final']],
    ['refer', false, 'anna refer, anna recall!', ['second', null, 'preliminary']],
    ['refer', false, 'anna recall, ben recall, anna refer!', ['arbitration', null, 'preliminary']],
    ['refer', false, 'anna recall, ben refer, anna refer!', [null, 'refer', 'final']],
    ['refer', false, 'anna recall, ben refer, ben recall!', [null, 'recall', 'final']],
    ['recall', true, 'anna refer, anna recall!', [null, 'recall', 'final']],
    ['recall', true, 'anna recall, anna refer!', ['second', null, 'preliminary']],
    ['recall', false, 'anna recall, anna ungradable!, anna refer!', ['second', null, 'preliminary']],
    // What an arbiter decided holds over the verdicts that they knew.
    ['refer', false, 'anna recall, ben refer, carla recall', [null, 'recall', 'final']],
    [
      'refer',
      false,
      'anna recall, ben refer, carla recall, carla refer-urgent!',
      [null, 'refer-urgent', 'final'],
    ],
    ['refer', false, 'anna recall, ben refer, carla recall, ben recall!', [null, 'recall', 'final']],
    [
      'refer',
      false,
      'anna recall, ben refer, carla recall, ben refer-urgent!',
      ['arbitration', null, 'preliminary'],
    ],
    // Two readers who agree now do not overrule an arbiter who is more urgent than both.
    [
      'recall',
      true,
      'anna recall, anna refer!, ben recall, carla refer-urgent, anna recall!',
      ['arbitration', null, 'preliminary'],
    ],
    // The arbiter says it again, or another one arbitrates.
    [
      'refer',
      false,
      'anna recall, ben refer, carla recall, ben refer-urgent!, carla refer-urgent!',
      [null, 'refer-urgent', 'final'],
    ],
    [
      'refer',
      false,
      'anna recall, ben refer, carla recall, ben refer-urgent!, dora refer',
      [null, 'refer', 'final'],
    ],
    [
      'refer',
      false,
      'anna recall, ben refer, carla recall, ben refer-urgent!, dora refer, carla refer-urgent!',
      ['arbitration', null, 'preliminary'],
    ],
  ])('of %s, drawn %s, read as %s stands at %j', (machine, drawn, steps, expected) => {
    expect(standing(course(exam(machine, drawn), ...steps.split(', ')))).toEqual(expected);
  });

  it('keeps the corrected verdict, and says which holds and why', () => {
    const record = course(exam('refer'), 'anna recall', 'anna refer!');
    expect(reviewLineOf(record)?.verdicts).toMatchObject([
      { id: 'anna1', outcome: 'recall', corrects: null, reason: null, supersededBy: 'anna2' },
      {
        id: 'anna2',
        outcome: 'refer',
        corrects: 'anna1',
        reason: 'slipped',
        supersededBy: null,
        stage: 'first',
      },
    ]);
    expect(reviewStateOf(record)?.reviews.map(({ id }) => id)).toEqual(['anna2']);
    const [first, second] = (record.reviews ?? []).map((review) => reviewedEvent(record, review));
    expect(first).not.toHaveProperty('corrects');
    expect(second).toMatchObject({ id: 'anna2', verdict: 'refer', outcome: 'refer', corrects: 'anna1' });
  });

  it('is waited for by an arbiter again, who is shown the exam; readers who have read are not', () => {
    const reopened = course(exam('refer'), 'anna recall', 'ben refer', 'carla recall', 'ben refer-urgent!');
    expect(factsOf(reopened).readers).toEqual(['anna', 'ben']);
    expect(factsOf(course(exam('refer'), 'anna refer', 'anna recall!')).readers).toEqual(['anna']);
  });

  it('counts as the coming to a stage only where it moves the exam', () => {
    const read = course(exam('refer'), 'anna recall');
    expect(reviewStateOf(course(read, 'anna ungradable!'))?.since).toBe('2026-05-02T01:00:00.000Z');
    expect(reviewStateOf(course(read, 'anna refer!'))?.since).toBe('2026-05-02T02:00:00.000Z');
  });

  it('leaves less time to others where it is more urgent', () => {
    const corrected = course(exam('refer'), 'anna recall', 'anna refer-urgent!');
    expect(reviewStateOf(corrected)?.dueAt).toBe('2026-05-03T02:00:00.000Z');
  });

  it("does not count in a reader's agreement once the other has spoken", () => {
    const late = course(exam('refer'), 'anna recall', 'ben refer', 'anna refer!');
    const early = course(exam('refer'), 'anna recall', 'anna ungradable!', 'ben ungradable');
    const [anna, ben] = readerReports([late, early].flatMap((record) => reviewStateOf(record) ?? []));
    expect(anna).toMatchObject({ verdicts: 2, corrected: 2, withReaders: { exams: 2, observed: 0.5 } });
    expect(anna).toMatchObject({ withMachine: { observed: 0 }, turnaround: { medianHours: 1 } });
    expect(ben).toMatchObject({ verdicts: 2, corrected: 0, withReaders: { exams: 2, observed: 0.5 } });
  });

  it.each<[string, string, { corrects: string; reason: string }, RegExp]>([
    ["another's", 'ben', { corrects: 'anna1', reason: 'x' }, /another reader's/],
    ['one that is not there', 'anna', { corrects: 'none', reason: 'x' }, /no verdict "none"/],
    ['one that was corrected', 'anna', { corrects: 'anna1', reason: 'x' }, /corrected already, by "anna2"/],
    ['without a reason', 'anna', { corrects: 'anna2', reason: ' ' }, /needs a reason/],
  ])('is refused: %s', (_, reader, correction, message) => {
    const record = course(exam('refer'), 'anna recall', 'anna refer!');
    const verdict = { id: 'x', outcome: 'refer', reader, note: null, correction } as const;
    const add = () => addReview(record, verdict, new Date(), DEFAULT_REVIEW_SETTINGS);
    expect(add).toThrow(ReviewRefusedError);
    expect(add).toThrow(message);
  });

  it('is refused over photographs that have been replaced', () => {
    const record = course(exam('refer'), 'anna recall');
    const left = record.result?.eyes.left;
    if (record.result == null || left == null) throw new Error('Expected a left eye.');
    const image = { ...left.image, sha256: 'f'.repeat(64) };
    const eyes = { ...record.result.eyes, left: { ...left, image } };
    const replaced = { ...record, result: { ...record.result, eyes } };
    expect(() => course(replaced, 'anna refer!')).toThrow(/replaced since/);
    // Also where the new ones were read.
    const readAnew = course(replaced, 'ben refer');
    expect(() => course(readAnew, 'anna refer!')).toThrow(/replaced since/);
  });

  it('leaves verdicts of before readable: they have neither reference nor reason', () => {
    const record = exam('refer');
    const { left = null, right = null } = record.result?.eyes ?? {};
    const images = { left: left?.image.sha256 ?? null, right: right?.image.sha256 ?? null };
    const stored = JSON.parse(REVIEW_OF_BEFORE);
    const read = examRecordSchema.parse({ ...record, reviews: [{ ...stored, images }] });
    expect(read.reviews).toEqual([{ ...stored, images }]);
    expect(standing(read)).toEqual(['second', null, 'preliminary']);
    expect(reviewLineOf(read)?.verdicts).toMatchObject([{ id: 'a1', corrects: null, supersededBy: null }]);
    expect(standing(course(read, 'dr-lee refer!'))).toEqual([null, 'refer', 'final']);
  });
});

interface Step {
  readonly reader: string;
  readonly outcome: Outcome;
  readonly corrects: boolean;
}

const steps = fc.array(
  fc.record({
    reader: fc.constantFrom('anna', 'ben', 'carla', 'dora'),
    outcome: fc.constantFrom(...OUTCOMES),
    corrects: fc.boolean(),
  }),
  { maxLength: 12 },
);

/** What each reader said last and when, in the order of their first words: told from the steps alone. */
function lastWords(taken: readonly Step[]): { outcome: Outcome; at: number }[] {
  const words = new Map<string, { outcome: Outcome; at: number }>();
  for (const [at, { reader, outcome }] of taken.entries()) words.set(reader, { outcome, at });
  return [...words.values()];
}

function expectedOutcome(machine: Outcome, taken: readonly Step[]): Outcome | null {
  const words = lastWords(taken);
  const said = new Set(words.map(({ outcome }) => outcome));
  if (words.length === 0) return machine;
  if (words.length === 1) return said.has(machine) ? machine : null;
  if (said.size === 1) return words[0]?.outcome ?? null;
  const last = words[words.length - 1];
  const newest = Math.max(...words.map(({ at }) => at));
  return words.length > 2 && last?.at === newest ? last.outcome : null;
}

describe('any order of verdicts and corrections', () => {
  it('ends where the last words of its readers lead, and loses no word', () => {
    const machines = fc.constantFrom(...OUTCOMES);
    let reopened = 0;
    fc.assert(
      fc.property(machines, fc.boolean(), steps, (machine, drawn, asked) => {
        let record = exam(machine, machine === 'recall' && drawn);
        const taken: Step[] = [];
        for (const step of asked) {
          const before = record;
          const wasFinal = reviewStateOf(before)?.status === 'final';
          try {
            record = course(before, `${step.reader} ${step.outcome}${step.corrects ? '!' : ''}`);
            taken.push(step);
          } catch (error) {
            if (!(error instanceof ReviewRefusedError)) throw error;
            const has = taken.some(({ reader }) => reader === step.reader);
            const readers = new Set(taken.map(({ reader }) => reader)).size;
            // Refused are: a second verdict, a correction of none, and a new verdict over what is final.
            expect(step.corrects ? !has : has || (wasFinal && readers > 1)).toBe(true);
            continue;
          }
          if (wasFinal && taken.length > 1 && reviewStateOf(record)?.status !== 'final') reopened += 1;
          expect(record.reviews?.slice(0, -1)).toEqual(before.reviews ?? []);
          expect(record.result).toEqual(before.result);
        }
        const state = reviewStateOf(record);
        expect(state?.outcome).toBe(expectedOutcome(machine, taken));
        expect(state?.reviews.map(({ outcome }) => outcome)).toEqual(
          lastWords(taken).map(({ outcome }) => outcome),
        );
        expect(new Set(state?.reviews.map(({ reader }) => reader)).size).toBe(state?.reviews.length);
        const superseded = reviewLineOf(record)?.verdicts.filter(({ supersededBy }) => supersededBy !== null);
        expect(superseded?.length ?? 0).toBe(taken.filter(({ corrects }) => corrects).length);
        expect(state?.status === 'final').toBe(state?.stage === null);
      }),
      { numRuns: 300 },
    );
    expect(reopened).toBeGreaterThan(0);
  });
});
