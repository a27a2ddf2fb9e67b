import { expectThat, linesOf, PROGRAM, type Stage } from './stage.ts';
import { OF_NO_EXAM } from './upload-exams.ts';
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

/** A photograph whose key names no exam is opened by nobody: it lies in the dead letters of preparation with its reason. */
export async function lookAtPreparation({ operator, stores }: Stage): Promise<void> {
  const letter = await waitUntil('the dead letter of a photograph whose key names no exam', async () =>
    (await stores.look('PreparationDeadLetters')).find((found) => found.includes(OF_NO_EXAM)),
  );
  expectThat(/"reason":/.test(letter), 'the reason of the dead letter', letter);
  // It names no program, so who may work for one program is not shown it.
  const words = ['--program', PROGRAM, '--list', '--json'];
  for (const queue of ['preparation', 'bulk-preparation']) {
    const letters = linesOf(await operator.insist('stack', 0, 'redrive', queue, ...words));
    expectThat(letters.length === 0, `no dead letter of the program in queue ${queue}`, letters);
  }
}
