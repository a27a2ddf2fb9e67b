import { expect, it, vi } from 'vitest';
import { DEAD_LETTER_ATTRIBUTES } from '../../dead-letters/send-to-dead-letters.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import { deadLettersOf } from './dead-letters-of.ts';

const letterOf = (program: string, patient: string, reason: string) => ({
  body: JSON.stringify({ exam: { program, patient, exam: '1' } }),
  attributes: { [DEAD_LETTER_ATTRIBUTES.reason]: reason },
});

it("tells a program's dead letters of every queue, with what to do", async () => {
  await using temporary = await temporaryHome();
  const { queues } = temporary.home;
  await queues.intake.deadLetters.send([letterOf('south', 'P9', 'cut')]);
  await queues.screening.deadLetters.send([letterOf('north', 'P1', 'too dark')]);
  await queues.screening.deadLetters.send([{ body: 'no message' }]);
  await queues.results.deadLetters.send([letterOf('north', 'P2', 'no row')]);
  const looked = vi.spyOn(queues.webhooks.deadLetters, 'receive');
  const expected = [
    {
      ...{ queue: 'screening', exam: 'north/P1/1', reason: 'too dark' },
      remedy: 'Mend the cause, then: retclip redrive screening --program north',
    },
    {
      ...{ queue: 'results', exam: 'north/P2/1', reason: 'no row' },
      remedy: 'Mend the cause, then: retclip redrive results --program north',
    },
  ];
  expect(await deadLettersOf(queues, 'north')).toEqual(expected);
  // A queue without letters is not asked for them.
  expect(looked).not.toHaveBeenCalled();
  // They stay where they are.
  expect(await deadLettersOf(queues, 'north')).toEqual(expected);
});

it('tells a hundred of them at most', async () => {
  await using temporary = await temporaryHome();
  const { queues } = temporary.home;
  for (let part = 0; part < 11; part += 1) {
    const letters = Array.from({ length: 10 }, (_, index) =>
      letterOf('north', `P${10 * part + index}`, 'cut'),
    );
    await queues.intake.deadLetters.send(letters);
  }
  expect(await deadLettersOf(queues, 'north')).toHaveLength(100);
});
