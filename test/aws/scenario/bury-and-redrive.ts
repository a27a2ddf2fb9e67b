import { expectThat, linesOf, PROGRAM, type Stage } from './stage.ts';
import { waitUntil } from './wait-until.ts';

/** A photograph of no known eye lies in intake's dead letters with its reason; sent again, it comes back there. */
export async function redriveIntake(stage: Stage): Promise<void> {
  const { operator, stores } = stage;
  const words = ['redrive', 'intake', '--program', PROGRAM, '--json'];
  await waitUntil('the dead letter of a photograph without an eye', async () =>
    (await stores.depth('IntakeDeadLetters')) > 0 ? true : undefined,
  );
  const [letter] = linesOf<{ reason: string }>(await operator.insist('stack', 0, ...words, '--list'));
  expectThat(/does not say which eye/.test(letter?.reason ?? ''), 'the reason of the dead letter', letter);
  const sent = linesOf(await operator.insist('stack', 0, ...words));
  expectThat(sent.length > 0, 'the dead letter to be sent again');
  const again = await waitUntil('it to be buried again', async () =>
    (await stores.look('IntakeDeadLetters')).find((found) => found.includes('P-eyeless')),
  );
  expectThat(
    /"redrives":\{[^}]*"StringValue":"1"/.test(again),
    'a count of how often it was sent again',
    again,
  );
}
