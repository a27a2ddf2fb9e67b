import { describe, expect, it } from 'vitest';
import { JOB_QUEUE_NAMES, QUEUE_NAMES, REDRIVEN_QUEUES, variableOf } from '../../core/messages/queues.ts';
import { nameOf, permissionsOf, resourceOf, resourcesOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const STACKS = {
  'with GPU workers': [{}, REDRIVEN_QUEUES],
  'without what works on jobs': [{ profile: 'cheap' }, QUEUE_NAMES],
} as const;

describe.each(Object.entries(STACKS))('in a stack %s', (_, [settings, names]) => {
  const { template } = synthesize(settings);
  const queues = resourcesOf(template, 'AWS::SQS::Queue');
  /** Each queue that has dead letters, and where they lie, both by logical id. */
  const pairs = queues.flatMap(({ id, properties }) => {
    const { deadLetterTargetArn } = (properties.RedrivePolicy ?? {}) as { deadLetterTargetArn?: unknown };
    return deadLetterTargetArn === undefined ? [] : [[{ Ref: id }, deadLetterTargetArn] as const];
  });
  const api = resourceOf(template, 'AWS::Lambda::Function', 'ApiFunction');
  const { Variables } = api.properties.Environment as { Variables: Record<string, unknown> };
  const permitted = permissionsOf(template, 'ApiFunctionRole');

  it('every queue has dead letters or is where they lie, and none is left out', () => {
    expect(pairs).toHaveLength(names.length);
    expect(queues).toHaveLength(2 * pairs.length);
  });

  it('every queue that anything of the stack buries in is one that redrive knows by name', () => {
    const known = names.map((name) => Variables[`${variableOf(name)}_DEAD_LETTERS_URL`]);
    expect(known.map(nameOf).sort()).toEqual(pairs.map(([, deadLetters]) => nameOf(deadLetters)).sort());
    const buriedIn = resourcesOf(template, 'AWS::Events::Rule').flatMap(({ properties }) =>
      (properties.Targets as { DeadLetterConfig?: { Arn: unknown } }[]).flatMap(
        ({ DeadLetterConfig }) => DeadLetterConfig?.Arn ?? [],
      ),
    );
    expect(buriedIn.length).toBeGreaterThan(0);
    for (const queue of buriedIn) expect(known.map(nameOf)).toContain(nameOf(queue));
  });

  it.each(names)(
    'the API may take dead letters of %s and send them to the queue that they came from',
    (name) => {
      const [queue, deadLetters] =
        pairs.find(([, one]) => nameOf(one) === nameOf(Variables[`${variableOf(name)}_DEAD_LETTERS_URL`])) ??
        [];
      expect(nameOf(Variables[`${variableOf(name)}_QUEUE_URL`])).toBe(nameOf(queue));
      expect(permitted).toContain(`sqs:SendMessage on ${nameOf(queue)}`);
      for (const action of ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'])
        expect(permitted).toContain(`sqs:${action} on ${nameOf(deadLetters)}`);
    },
  );
});

it('queues of jobs are among them', () => {
  expect(REDRIVEN_QUEUES).toEqual(expect.arrayContaining([...JOB_QUEUE_NAMES]));
});
