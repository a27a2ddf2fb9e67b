import { describe, expect, it, vi } from 'vitest';
import { temporaryHome } from '../testing/temporary-home.ts';
import { checkStoreIsReachable, checkTableIsReachable } from './reachable.ts';
import { measureWaiting, type ReconciledHome, Sweep, type SweepOptions } from './sweep.ts';

const HOUR = 3_600_000;
const NOW = new Date('2026-05-02T12:00:00.000Z');
const ago = (hours: number) => new Date(NOW.getTime() - hours * HOUR);

function sweepOf(home: ReconciledHome, more: Partial<SweepOptions> = {}): Sweep {
  return new Sweep({
    ...{ home, program: null, now: NOW, isDry: false, waiting: {}, answersNow: 5_000 },
    ...{ findings: {}, looked: 7, ...more },
  });
}

const none = sweepOf({} as never);

describe('a sweep', () => {
  it('takes what seems to come from the future to be as old as it is ahead', () => {
    expect(none.ageOf('2026-05-02T11:00:00.000Z')).toBe(HOUR);
    expect(none.ageOf(new Date('2026-05-02T14:00:00.000Z'))).toBe(2 * HOUR);
    expect([none.ageOfAnswer(4_000), none.ageOfAnswer(8_000)]).toEqual([1_000, 3_000]);
  });

  it('counts on from what was looked at before', () => {
    const sweep = sweepOf({} as never);
    sweep.count(4);
    sweep.count(2);
    expect(sweep.looked).toBe(13);
  });

  it.each([false, true])(
    'does something about what it found, and only notes it when dry: %s',
    async (isDry) => {
      const sweep = sweepOf({} as never, { isDry });
      let done = 0;
      const remedy = async () => (done += 1);
      await sweep.settle('exam-overdue', [], remedy);
      expect(sweep.findings).toEqual({});
      await sweep.settle('exam-overdue', ['north/P1/1', 'north/P2/1'], remedy);
      sweep.show('image-unreadable', 'left.jpg');
      expect(done).toBe(isDry ? 0 : 1);
      expect(sweep.findings).toEqual({
        'exam-overdue': { found: 2, done: isDry ? 0 : 2, examples: ['north/P1/1', 'north/P2/1'] },
        'image-unreadable': { found: 1, done: 0, examples: ['left.jpg'] },
      });
    },
  );

  it('works on sixteen things at once, and answers in their order', async () => {
    const items = Array.from({ length: 35 }, (_, index) => index);
    let running = 0;
    let most = 0;
    const answers = await none.each(items, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, (item * 7) % 5));
      running -= 1;
      return 10 * item;
    });
    expect(most).toBe(16);
    expect(answers).toEqual(items.map((item) => 10 * item));
  });
});

describe('a lost message', () => {
  const request = { exam: { program: 'north', patient: 'P1', exam: '1' }, requestId: 'r1' };
  const places = { waits: ['screening', 'results'], buried: ['screening', 'intake'] } as const;
  const subjects = ['north/P1/1', 'north/P1/1/r1'];

  it('may wait in any of its queues: what waits in all of them is counted together', async () => {
    await using temporary = await temporaryHome();
    const fate = (waiting: SweepOptions['waiting'], hours: number) =>
      sweepOf(temporary.home, { waiting }).fateOf(subjects, ago(hours), places);
    expect(await fate({}, 2)).toBe('lost');
    expect(await fate({ intake: 5 }, 2)).toBe('lost');
    expect(await fate({ screening: 1 }, 2)).toBe('waits');
    expect(await fate({ results: 1 }, 2)).toBe('waits');
    expect(await fate({ screening: 600, results: 300 }, 25)).toBe('lost');
    expect(await fate({ screening: 600, results: 400 }, 25)).toBe('waits');
  });

  it('is looked for among the dead letters of each queue where it may lie, once', async () => {
    await using temporary = await temporaryHome();
    const { queues } = temporary.home;
    const check = { schema: 'exam-check/1', reason: 'pairing-window', exam: request.exam };
    await queues.results.deadLetters.send([{ body: JSON.stringify(check) }]);
    expect(await sweepOf(temporary.home).fateOf(subjects, ago(2), places)).toBe('lost');
    await queues.intake.deadLetters.send([{ body: JSON.stringify(check) }]);
    const sweep = sweepOf(temporary.home);
    expect(await sweep.fateOf(subjects, ago(2), places)).toBe('buried');
    // What the letters were about is known to the end of the sweep.
    const [letter] = await queues.intake.deadLetters.receive({ maxMessages: 1, waitSeconds: 0 });
    await queues.intake.deadLetters.delete([letter?.receipt ?? '']);
    expect(await sweep.fateOf(subjects, ago(2), places)).toBe('buried');
    expect(await sweep.fateOf(['north/P2/1'], ago(2), places)).toBe('lost');
    expect(await sweepOf(temporary.home).fateOf(subjects, ago(2), places)).toBe('lost');
  });

  it('that may still wait costs no look at the dead letters', async () => {
    await using temporary = await temporaryHome();
    const look = vi.spyOn(temporary.home.queues.screening.deadLetters, 'depth');
    const sweep = sweepOf(temporary.home, { waiting: { screening: 1 } });
    expect(await sweep.fateOf(subjects, ago(2), places)).toBe('waits');
    expect(look).not.toHaveBeenCalled();
  });

  it('is told by what could be received or is on loan, not by what is delayed', async () => {
    await using temporary = await temporaryHome();
    const { queues } = temporary.home;
    await queues.intake.queue.send([{ body: 'a' }, { body: 'b' }, { body: 'c', delaySeconds: 600 }]);
    await queues.screening.queue.send([{ body: 'd' }]);
    await queues.intake.queue.receive({ maxMessages: 1, waitSeconds: 0 });
    expect(await measureWaiting(temporary.home)).toEqual({
      ...{ preparation: 0, 'bulk-preparation': 0, intake: 2, screening: 1 },
      ...{ 'live-screening': 0, results: 0, indexing: 0, webhooks: 0 },
    });
  });
});

describe('a service that answers', () => {
  it('is told from one that cannot be reached', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    expect(await checkStoreIsReachable(sweepOf(home))).toBeUndefined();
    expect(await checkTableIsReachable(sweepOf(home))).toBeUndefined();
    vi.spyOn(home.objects, 'head').mockRejectedValue(new Error('no store'));
    vi.spyOn(home.exams, 'get').mockRejectedValue(new Error('no table'));
    await expect(checkStoreIsReachable(sweepOf(home))).rejects.toThrow('no store');
    await expect(checkTableIsReachable(sweepOf(home))).rejects.toThrow('no table');
  });
});
