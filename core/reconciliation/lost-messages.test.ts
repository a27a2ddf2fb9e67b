import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { examName } from '../exams/exam-key.ts';
import { QUEUE_NAMES, type QueueName } from '../messages/queues.ts';
import { EXAM } from '../testing/records.ts';
import { reconciled as everythingReconciled } from './testing/reconciled.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
});
afterEach(() => run[Symbol.asyncDispose]());

/** What is found of messages that were lost. */
const reconciled: typeof everythingReconciled = (home, now, change = {}) =>
  everythingReconciled(home, now, { stages: { only: ['images', 'waiting-exams'] }, ...change });

/** Takes everything out of queues behind the system's back. @returns how many messages */
async function purge(...names: readonly QueueName[]): Promise<number> {
  let purged = 0;
  for (const name of names) {
    // What is delayed is purged as well.
    const { queue } = run.home.queues[name];
    for (;;) {
      const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
      if (messages.length === 0) break;
      await queue.delete(messages.map(({ receipt }) => receipt));
      purged += messages.length;
    }
  }
  return purged;
}

const exam = (patient: string) => ({ ...EXAM, patient });

describe('a photograph whose announcement is lost', () => {
  it('is announced again after its time of grace, once, and screened', async () => {
    await run.upload('left', 'a');
    await run.upload('right', 'b');
    expect(await purge('preparation')).toBe(2);
    expect(await reconciled(run.home, run.now())).toEqual({});
    run.pass(59 * 60);
    expect(await reconciled(run.home, run.now())).toEqual({});
    run.pass(2 * 60);
    expect(await reconciled(run.home, run.now())).toEqual({
      'image-unannounced': {
        found: 2,
        done: 2,
        examples: ['images/north/P1/2026-05-01/left.jpg', 'images/north/P1/2026-05-01/right.jpg'],
      },
    });
    await run.settle();
    expect(await run.exam()).toMatchObject({ status: 'screened' });
    run.pass(2 * HOUR);
    expect(await reconciled(run.home, run.now())).toEqual({});
  });

  it('is not announced again while a queue may hold it, for a day at most if little waits there', async () => {
    await run.upload('left', 'a');
    await purge('preparation');
    await run.home.queues.preparation.queue.send([{ body: '{"waits":true}' }]);
    run.pass(23 * HOUR);
    expect(await reconciled(run.home, run.now())).toEqual({});
    run.pass(HOUR + 60);
    expect(await reconciled(run.home, run.now())).toMatchObject({ 'image-unannounced': { found: 1 } });
  });

  it('of an exam that is known already replaces what counted before', async () => {
    await run.upload('left', 'a');
    await run.upload('right', 'b');
    await run.settle();
    run.pass(901);
    await run.settle();
    const before = await run.exam();
    const newer = await run.upload('right', 'c');
    await purge('preparation');
    run.pass(2 * HOUR);
    expect(await reconciled(run.home, run.now())).toMatchObject({ 'image-unannounced': { done: 1 } });
    await run.settle();
    const after = await run.exam();
    expect(after?.request?.requestId).not.toBe(before?.request?.requestId);
    expect(after?.result?.eyes.right?.image.sha256).toBe(newer.sha256);
    expect(after?.result?.eyes.left?.image.sha256).toBe(before?.result?.eyes.left?.image.sha256);
  });

  it('is found by a dry run too, which sends nothing', async () => {
    await run.upload('left', 'a');
    await purge('preparation');
    run.pass(2 * HOUR);
    const found = await reconciled(run.home, run.now(), { isDry: true });
    expect(found).toMatchObject({ 'image-unannounced': { found: 1, done: 0 } });
    expect(await run.deliver('preparation')).toBe(0);
  });

  it('that somebody has hidden stays hidden', async () => {
    const { key } = await run.upload('left', 'a');
    await purge('preparation');
    await run.home.objects.delete(key);
    run.pass(2 * HOUR);
    expect(await reconciled(run.home, run.now())).toEqual({});
  });
});

describe('a file whose key names no exam', () => {
  const ODD = 'images/north/P1/schräg & 右/+left.jpg/x';

  it('is buried with its reason, and again once that letter is lost', async () => {
    await run.home.objects.put(ODD, Buffer.from('x'));
    await run.settle();
    const [letter] = await run.deadLetters('preparation');
    expect(letter?.attributes.exam).toBe(ODD);
    await run.home.queues.preparation.deadLetters.release([letter?.receipt ?? '']);
    run.pass(20 * DAY);
    expect(await reconciled(run.home, run.now())).toEqual({});

    const [again] = await run.deadLetters('preparation');
    await run.home.queues.preparation.deadLetters.delete([again?.receipt ?? '']);
    expect(await reconciled(run.home, run.now())).toMatchObject({
      'image-unannounced': { found: 1, examples: [ODD] },
    });
    await run.settle();
    const letters = await run.deadLetters('preparation');
    expect(letters.map(({ attributes }) => [attributes.exam, attributes.reason])).toEqual([
      [ODD, expect.stringContaining('Upload the photograph under such a key')],
    ]);
  });
});

describe('exams in every state whose queues are purged', () => {
  it('come to their end', async () => {
    await run.upload('left', 'waits for its second eye', exam('waits'));
    await run.deliver('intake');
    await run.upload('left', 'asked left', exam('asked'));
    await run.upload('right', 'asked right', exam('asked'));
    await run.deliver('intake');
    const [request] = await run.receive('screening');
    expect(JSON.parse(request?.body ?? '').exam.patient).toBe('asked');
    await run.home.queues.screening.queue.release([request?.receipt ?? '']);
    await run.upload('left', 'answered left', exam('answered'));
    await run.upload('right', 'answered right', exam('answered'));
    await run.deliver('intake');
    await run.screen();
    await run.upload('right', 'just uploaded', exam('uploaded'));
    run.pass(901);
    expect(await purge(...QUEUE_NAMES)).toBeGreaterThanOrEqual(4);

    run.pass(2 * HOUR);
    const asked = await run.exam(exam('asked'));
    const found = await reconciled(run.home, run.now());
    expect(found).toEqual({
      'exam-overdue': { found: 1, done: 1, examples: [examName(exam('waits'))] },
      'exam-unanswered': {
        found: 2,
        done: 2,
        examples: [examName(exam('asked')), examName(exam('answered'))],
      },
      'image-unannounced': {
        found: 1,
        done: 1,
        examples: ['images/north/uploaded/2026-05-01/right.jpg'],
      },
    });
    await run.settle();
    run.pass(901);
    await run.settle();
    for (const patient of ['waits', 'asked', 'answered', 'uploaded']) {
      expect(await run.exam(exam(patient)), patient).toMatchObject({ status: 'screened' });
    }
    expect((await run.exam(exam('asked')))?.result?.requestId).toBe(asked?.request?.requestId);
    run.pass(2 * HOUR);
    expect(await reconciled(run.home, run.now())).toEqual({});
  });

  it.each([
    ['two hours', 2 * HOUR],
    ['half a month', 15 * DAY],
  ])('are found though the clock was set back %s since they were registered', async (_, seconds) => {
    await run.upload('left', 'a');
    await run.upload('right', 'b');
    await run.upload('left', 'c', exam('waits'));
    await run.deliver('intake');
    await purge('intake', 'screening');
    const found = await reconciled(run.home, run.now() - 1_000 * seconds);
    expect(found).toMatchObject({
      'exam-unanswered': { found: 1, done: 1, examples: [examName(EXAM)] },
      'exam-overdue': { found: 1, done: 1, examples: [examName(exam('waits'))] },
    });
  });

  it('are left alone where they lie among the dead letters, whatever their age', async () => {
    await run.upload('left', 'a');
    await run.upload('right', 'b');
    await run.deliver('intake');
    const [message] = await run.receive('screening');
    await run.home.queues.screening.deadLetters.send([{ body: message?.body ?? '' }]);
    await run.home.queues.screening.queue.delete([message?.receipt ?? '']);
    run.pass(30 * DAY);
    expect(await reconciled(run.home, run.now())).toEqual({});
    const letters = await run.deadLetters('screening');
    expect(letters).toHaveLength(1);
  });

  it('are shown where somebody else looks at the dead letters, and sent again later', async () => {
    await run.upload('left', 'a');
    await run.upload('right', 'b');
    await run.deliver('intake');
    await purge('screening');
    await run.home.queues.screening.deadLetters.send([{ body: '{"exam":"another"}' }]);
    await run.deadLetters('screening');
    run.pass(2 * HOUR);
    const [looked] = await run.deadLetters('screening');
    expect(await reconciled(run.home, run.now())).toEqual({
      'exam-undecided': { found: 1, done: 0, examples: [examName(EXAM)] },
    });
    await run.home.queues.screening.deadLetters.release([looked?.receipt ?? '']);
    const later = await reconciled(run.home, run.now());
    expect(later).toMatchObject({ 'exam-unanswered': { found: 1, done: 1 } });
  });
});
