import { describe, expect, it } from 'vitest';
import { temporaryHome } from '../testing/temporary-home.ts';
import { buriedSubjects } from './buried-subjects.ts';
import { requestSubject, subjectsOfMessage } from './message-subject.ts';

const EXAM = { program: 'north', patient: 'P1', exam: '1' };
const record = (key: string) => ({ s3: { object: { key } } });

describe('what a letter is about', () => {
  it.each([
    ['a check', { schema: 'exam-check/1', exam: EXAM }, ['north/P1/1']],
    ['a request', { schema: 'screening-request/2', requestId: 'r1', exam: EXAM }, ['north/P1/1#r1']],
    [
      'a result',
      { schema: 'screening-result/2', exam: EXAM, output: { requestId: 'r1' } },
      ['north/P1/1#r1'],
    ],
    ['an event', { type: 'ExamScreened', id: 'e', exam: EXAM }, ['north/P1/1']],
    [
      'several objects',
      { Records: [record('images/a+b/P/1/left.jpg'), record('images/%C3%A4/P/1/right.jpg')] },
      ['images/a b/P/1/left.jpg', 'images/ä/P/1/right.jpg'],
    ],
    ['nothing known', { x: 1 }, []],
  ])('%s', (_, body, subjects) => {
    expect(subjectsOfMessage(JSON.stringify(body))).toEqual(subjects);
  });

  it('is nothing where it is not JSON', () => {
    expect(subjectsOfMessage('{')).toEqual([]);
    expect(requestSubject(EXAM, 'r1')).toBe('north/P1/1#r1');
  });
});

describe('a dead-letter queue', () => {
  it('is looked through to its end, and keeps every letter', async () => {
    await using temporary = await temporaryHome();
    const pair = temporary.home.queues.screening;
    expect(await buriedSubjects(pair)).toEqual({ subjects: new Set(), isComplete: true });
    const letters = Array.from({ length: 23 }, (_, number) => ({
      body: JSON.stringify({ exam: { ...EXAM, patient: `P${number}` } }),
    }));
    await pair.deadLetters.send(letters);
    const { subjects, isComplete } = await buriedSubjects(pair);
    expect([subjects.size, isComplete]).toEqual([23, true]);
    expect(await pair.deadLetters.depth()).toMatchObject({ visible: 23, inFlight: 0 });
  });

  it('may hold more than is seen while somebody else looks', async () => {
    await using temporary = await temporaryHome();
    const pair = temporary.home.queues.screening;
    await pair.deadLetters.send([{ body: '{}' }, { body: JSON.stringify({ exam: EXAM }) }]);
    await pair.deadLetters.receive({ maxMessages: 1, waitSeconds: 0 });
    expect(await buriedSubjects(pair)).toEqual({ subjects: new Set(['north/P1/1']), isComplete: false });
  });
});
