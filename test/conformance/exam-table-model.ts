import fc from 'fast-check';
import { expect } from 'vitest';
import { PatientErasedError, RevisionConflictError } from '../../core/errors.ts';
import { examName } from '../../core/exams/exam-key.ts';
import { EXAM_LISTINGS, type ExamListing, listingOf } from '../../core/exams/exam-listing.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { OUTCOMES, type Outcome } from '../../core/exams/outcome.ts';
import type { ExamTable } from '../../core/ports/index.ts';
import { registeredExam, screenedExam } from './exam-records.ts';

interface Model {
  readonly records: Map<string, ExamRecord>;
  /** Records as they were read at some time, perhaps changed since, or erased. */
  readonly held: ExamRecord[];
  /** The latest erasure of each patient. */
  readonly erasures: Map<string, string>;
}

type Command = fc.AsyncCommand<Model, ExamTable>;

function instantOf(second: number): string {
  return new Date(Date.UTC(2026, 4, 1, 0, 0, second)).toISOString();
}

/** Saves a record that was read at some time: it may be stale. */
class Save implements Command {
  readonly choice: number;
  readonly outcome: Outcome | null;
  readonly second: number;
  constructor(choice: number, outcome: Outcome | null, second: number) {
    this.choice = choice;
    this.outcome = outcome;
    this.second = second;
  }
  check(): boolean {
    return true;
  }
  async run(model: Model, table: ExamTable): Promise<void> {
    const held = model.held[this.choice % model.held.length];
    if (held === undefined) return;
    const at = instantOf(this.second);
    const record = this.outcome === null ? { ...held, updatedAt: at } : screenedExam(held, this.outcome, at);
    const stored = model.records.get(examName(held));
    const current = stored?.revision ?? 0;
    if (held.revision === 0 && model.erasures.get(held.patient) !== held.erasure) {
      await expect(table.save(record)).rejects.toThrow(PatientErasedError);
      return;
    }
    if (held.revision !== current || (stored !== undefined && stored.erasure !== held.erasure)) {
      await expect(table.save(record)).rejects.toThrow(RevisionConflictError);
      return;
    }
    const saved = await table.save(record);
    expect(saved).toEqual({ ...record, revision: current + 1 });
    model.records.set(examName(saved), saved);
    model.held.push(saved);
  }
  toString(): string {
    return `save(held ${this.choice}, ${this.outcome ?? 'no result'}, ${this.second} s)`;
  }
}

/** Erases a patient, all but the writers' memories; from then on new records come after it. */
class Erase implements Command {
  readonly patient: string;
  constructor(patient: string) {
    this.patient = patient;
  }
  check(): boolean {
    return true;
  }
  async run(model: Model, table: ExamTable): Promise<void> {
    const erasure = `erasure ${model.held.length}`;
    await table.putTombstone('model', this.patient, { erasure, at: new Date(instantOf(0)) });
    expect(await table.latestErasure('model', this.patient)).toBe(erasure);
    model.erasures.set(this.patient, erasure);
    for (const [name, record] of model.records) {
      if (record.patient !== this.patient) continue;
      await table.remove(record);
      model.records.delete(name);
    }
    model.held.push(
      ...unsaved.filter(({ patient }) => patient === this.patient).map((record) => ({ ...record, erasure })),
    );
  }
  toString(): string {
    return `erase(${this.patient})`;
  }
}

class List implements Command {
  readonly listings: readonly ExamListing[];
  readonly limit: number;
  readonly oldestFirst: boolean;
  readonly since: number;
  readonly until: number;
  constructor(
    listings: readonly ExamListing[],
    limit: number,
    oldestFirst: boolean,
    since: number,
    until: number,
  ) {
    this.listings = listings;
    this.limit = limit;
    this.oldestFirst = oldestFirst;
    this.since = since;
    this.until = until;
  }
  check(): boolean {
    return true;
  }
  async run(model: Model, table: ExamTable): Promise<void> {
    const [since, until] = [instantOf(this.since), instantOf(this.until)];
    const listed: ExamRecord[] = [];
    let cursor: string | undefined;
    do {
      const page = await table.list('model', {
        listings: this.listings,
        limit: this.limit,
        order: this.oldestFirst ? 'oldest-first' : 'newest-first',
        since,
        until,
        cursor,
      });
      listed.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    const expected = [...model.records.values()].filter((record) => {
      const { listing, at } = listingOf(record);
      return this.listings.includes(listing) && at >= since && at < until;
    });
    expect(listed.map(examName).toSorted()).toEqual(expected.map(examName).toSorted());
    const times = listed.map((record) => listingOf(record).at);
    expect(times).toEqual(this.oldestFirst ? times.toSorted() : times.toSorted().toReversed());
  }
  toString(): string {
    return `list(${this.listings}; ${this.limit}; ${this.oldestFirst}; ${this.since}..${this.until})`;
  }
}

class Count implements Command {
  check(): boolean {
    return true;
  }
  async run(model: Model, table: ExamTable): Promise<void> {
    const expected = Object.fromEntries(EXAM_LISTINGS.map((listing) => [listing, 0]));
    for (const record of model.records.values()) {
      const { listing } = listingOf(record);
      expected[listing] = (expected[listing] ?? 0) + 1;
    }
    expect(await table.count('model')).toEqual(expected);
  }
  toString(): string {
    return 'count()';
  }
}

const unsaved: readonly ExamRecord[] = ['A', 'B', 'C'].flatMap((patient) =>
  ['1', '2'].map((exam) => registeredExam({ program: 'model', patient, exam }, instantOf(0))),
);

/**
 * Compares a table with its model over random sequences of reads and of writes, stale ones among them.
 *
 * @param open makes an empty table
 */
export async function checkExamTableAgainstModel(
  open: () => Promise<{ readonly exams: ExamTable; close(): Promise<void> }>,
  runs: number,
): Promise<void> {
  const second = fc.integer({ min: 0, max: 9 });
  const save = fc
    .tuple(fc.nat({ max: 60 }), fc.option(fc.constantFrom(...OUTCOMES), { nil: null }), second)
    .map(([choice, outcome, at]) => new Save(choice, outcome, at));
  const list = fc
    .tuple(fc.subarray([...EXAM_LISTINGS]), fc.integer({ min: 1, max: 4 }), fc.boolean(), second, second)
    .map(
      ([listings, limit, oldestFirst, since, until]) => new List(listings, limit, oldestFirst, since, until),
    );
  const erase = fc.constantFrom('A', 'B', 'C').map((patient) => new Erase(patient));
  const commands = fc.commands([save, save, save, list, erase, fc.constant(new Count())], {
    maxCommands: 60,
    size: 'max',
  });
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      const { exams, close } = await open();
      try {
        await fc.asyncModelRun(
          () => ({ model: { records: new Map(), held: [...unsaved], erasures: new Map() }, real: exams }),
          sequence,
        );
      } finally {
        await close();
      }
    }),
    { numRuns: runs, seed: 20_260_501 },
  );
}
