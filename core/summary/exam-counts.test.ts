import { describe, expect, it, vi } from 'vitest';
import { EXAM_LISTINGS } from '../exams/exam-listing.ts';
import type { ExamFacts } from '../ports/exam-facts.ts';
import type { ListingRequest } from '../ports/index.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { COUNTS_PREFIX, CountedExams, CountUnfinishedError } from './counted-exams.ts';
import { screenedIn } from './exam-tally.ts';

const facts = (listing: string, at: string, change: Partial<ExamFacts> = {}) =>
  ({
    ...{ patient: 'P', exam: '1', listing, at, model: 'm1', labels: {}, ungradable: [] },
    ...{ readers: [], reviewed: null },
    ...change,
  }) as unknown as ExamFacts;

/** A table of facts, two a page, that takes a given time for each page. */
function tableOf(exams: readonly ExamFacts[], clock: { now: number }, milliseconds: number) {
  const requests: ListingRequest[] = [];
  const table = {
    facts: async (_program: string, request: ListingRequest) => {
      requests.push(request);
      clock.now += milliseconds;
      const listed = exams.filter(({ listing }) => request.listings.includes(listing));
      const from = Number(request.cursor ?? 0);
      const items = listed.slice(from, from + 2);
      return from + 2 < listed.length ? { items, cursor: String(from + 2) } : { items };
    },
  };
  return { table, requests };
}

const EXAMS = [
  facts('registered', '2026-05-01T00:00:00.000Z'),
  facts('registered', '2026-05-03T00:00:00.000Z'),
  facts('screening', '2026-05-01T00:00:00.000Z'),
  facts('recall', '2026-05-01T23:59:59.999Z', { readers: ['anna'], reviewed: 'refer' }),
  facts('refer', '2026-05-02T00:00:00.000Z', {
    labels: { amd: { positive: true, probabilities: [0.9] }, dr: { positive: false, probabilities: [0.1] } },
  }),
  facts('refer', '2026-05-02T00:00:00.000Z', {
    labels: { amd: { positive: false, probabilities: [0.2] } },
    ...{ readers: ['bert'], reviewed: 'refer-urgent', machine: 'recall' },
  }),
  facts('refer', '2026-05-02T00:00:00.000Z', { readers: ['anna', 'bert'] }),
];

async function counting(milliseconds: number, budgetMilliseconds?: number, exams = EXAMS) {
  const temporary = await temporaryHome();
  const { objects } = temporary.home;
  const clock = { now: 1_000_000 };
  const faults: string[] = [];
  const { table, requests } = tableOf(exams, clock, milliseconds);
  const options = {
    onFault: (error: Error) => void faults.push(error.message),
    now: () => new Date(clock.now),
    elapsed: () => clock.now,
    ...(budgetMilliseconds === undefined ? {} : { budgetMilliseconds }),
  };
  const fresh = () => new CountedExams(table, objects, options);
  const dispose = () => temporary[Symbol.asyncDispose]();
  return { objects, clock, faults, requests, fresh, counted: fresh(), [Symbol.asyncDispose]: dispose };
}

describe("a program's exams", () => {
  it('are counted by listing, label, day and what holds of them after review', async () => {
    await using run = await counting(0);
    const { tally, took, at } = await run.counted.of('north');
    expect([at, took]).toEqual([1_000_000, 0]);
    expect(tally).toMatchObject({
      waiting: { registered: 2, screening: 1 },
      outcomes: { recall: 1, refer: 3, ungradable: 0 },
      // The machine's, where it is told apart from what holds.
      byMachine: { recall: 2, refer: 2, ungradable: 0 },
      reviewed: 3,
      labels: { amd: { exams: 2, positive: 1 }, dr: { exams: 1, positive: 0 } },
    });
    expect(Object.keys(tally.days)).toEqual(['2026-05-01', '2026-05-02']);
    expect(tally.days['2026-05-01']).toMatchObject({ screened: 1, outcomes: { recall: 1, refer: 0 } });
    expect(tally.days['2026-05-02']).toMatchObject({ screened: 3, outcomes: { recall: 0, refer: 3 } });
    expect(tally.afterReview).toMatchObject({ refer: 1, recall: 0, 'refer-urgent': 1 });
    expect(screenedIn(tally)).toBe(4);
  });

  it('are read one listing after the other, page by page', async () => {
    await using run = await counting(0);
    await run.counted.of('north');
    const read = run.requests.map(({ listings, limit, cursor }) => [listings.join(), limit, cursor]);
    expect(read).toEqual(
      EXAM_LISTINGS.flatMap((listing) => [
        [listing, 1_000, undefined],
        ...(listing === 'refer' ? [[listing, 1_000, '2']] : []),
      ]),
    );
  });

  it('are counted again when a count is older than two seconds, or twenty times what it took', async () => {
    await using quick = await counting(1);
    const { took } = await quick.counted.of('north');
    const reads = quick.requests.length;
    expect(took).toBe(reads);
    // What it took and two seconds after it began it is stale.
    quick.clock.now = 1_000_000 + took + 1_999;
    await quick.counted.of('north');
    expect(quick.requests).toHaveLength(reads);
    quick.clock.now += 1;
    await quick.counted.of('north');
    expect(quick.requests).toHaveLength(2 * reads);

    await using slow = await counting(200);
    const first = await slow.counted.of('north');
    slow.clock.now = 1_000_000 + 21 * first.took - 1;
    expect(await slow.counted.of('north')).toBe(first);
    expect(slow.requests).toHaveLength(reads);
    slow.clock.now += 1;
    // A slow count is given stale, at once, while it is taken again.
    expect(await slow.counted.of('north')).toBe(first);
    await vi.waitFor(async () => expect((await slow.counted.of('north')).at).toBeGreaterThan(first.at));
    expect(slow.faults).toEqual([]);
  });

  it('are counted once for all who ask at the same time, each program by itself', async () => {
    await using run = await counting(0);
    const [a, b] = await Promise.all([run.counted.of('north'), run.counted.of('north')]);
    expect(a).toBe(b);
    const reads = run.requests.length;
    await run.counted.of('south');
    expect(run.requests).toHaveLength(2 * reads);
  });

  it('are kept for the next process where it took long, in one version', async () => {
    await using run = await counting(200);
    const first = await run.counted.of('north');
    expect(first.took).toBeGreaterThan(1_000);
    const reads = run.requests.length;
    expect(await run.fresh().of('north')).toEqual(first);
    expect(run.requests).toHaveLength(reads);
    run.clock.now += 21 * first.took;
    await run.fresh().of('north');
    await vi.waitFor(async () => {
      const { items } = await run.objects.listVersions(`${COUNTS_PREFIX}north/`, { limit: 9 });
      const { content } = await run.objects.get('counts/north/exams-2.json');
      expect(JSON.parse(Buffer.from(content).toString()).at).toBeGreaterThan(first.at);
      expect(items.map(({ key }) => key)).toEqual(['counts/north/exams-2.json']);
    });
  });

  it.each([
    [100, 0],
    // One page of each listing and two of referrals: a second, and a little more.
    [125, 0],
    [126, 1],
  ])('are kept only where it took more than a second: at %i ms a page %i', async (milliseconds, kept) => {
    await using run = await counting(milliseconds);
    await run.counted.of('north');
    expect(run.requests).toHaveLength(8);
    expect((await run.objects.list(COUNTS_PREFIX, { limit: 9 })).items).toHaveLength(kept);
  });

  it('are given stale where the count in the background fails, and that is told', async () => {
    await using run = await counting(200);
    const first = await run.counted.of('north');
    run.clock.now += 21 * first.took;
    vi.spyOn(run.requests, 'push').mockImplementationOnce(() => {
      throw new Error('no connection');
    });
    expect(await run.counted.of('north')).toBe(first);
    await vi.waitFor(() => expect(run.faults).toEqual(['no connection']));
  });

  it.each([
    [150, 2],
    [199, 2],
    [200, 3],
  ])(
    'are counted on by the next call where one call’s %i ms are over, and none twice',
    async (budget, pages) => {
      await using run = await counting(100, budget);
      let calls = 0;
      for (;;) {
        calls += 1;
        try {
          const { tally, took } = await run.fresh().of('north');
          expect(tally.outcomes).toMatchObject({ recall: 1, refer: 3 });
          expect(took).toBe(100 * run.requests.length);
          break;
        } catch (error) {
          expect(error).toBeInstanceOf(CountUnfinishedError);
          expect(String(error)).toContain('program "north" are still being counted');
        }
      }
      // So many pages a call, until the last page ends the count.
      expect(calls).toBe(Math.ceil(run.requests.length / pages));
      expect((await run.objects.list(COUNTS_PREFIX, { limit: 9 })).items).toEqual([]);
    },
  );

  it('are counted though what was kept is damaged or cannot be kept, and that is told', async () => {
    await using run = await counting(200);
    await run.objects.put('counts/north/exams-2.json', Buffer.from('{'));
    vi.spyOn(run.objects, 'put').mockRejectedValue('the disk is full');
    expect((await run.counted.of('north')).tally.outcomes.refer).toBe(3);
    expect(run.faults).toEqual([expect.stringContaining('is not JSON'), 'the disk is full']);
  });

  it('are counted again after a count has failed', async () => {
    await using run = await counting(0, undefined, EXAMS);
    const failing = vi.spyOn(run.requests, 'push').mockImplementationOnce(() => {
      throw new Error('no connection');
    });
    await expect(run.counted.of('north')).rejects.toThrow('no connection');
    failing.mockRestore();
    expect((await run.counted.of('north')).tally.outcomes.refer).toBe(3);
  });
});
