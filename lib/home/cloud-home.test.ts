import { describe, expect, it } from 'vitest';
import { awsEnvironmentSchema } from '../../aws/environment.ts';
import { nameOf, resourceOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize();
const EXPECTED = {
  DATA_BUCKET: 'HomeStorageData',
  EXAM_TABLE: 'HomeStorageExams',
  EVENT_BUS_NAME: 'HomeMessagingEvents',
  PREPARED_BUCKET: 'HomeStoragePrepared',
  PREPARATION_QUEUE_URL: 'HomeMessagingPreparationQueue',
  PREPARATION_DEAD_LETTERS_URL: 'HomeMessagingPreparationDeadLetters',
  BULK_PREPARATION_QUEUE_URL: 'HomeMessagingBulkPreparationQueue',
  BULK_PREPARATION_DEAD_LETTERS_URL: 'HomeMessagingBulkPreparationDeadLetters',
  INTAKE_QUEUE_URL: 'HomeMessagingIntakeQueue',
  INTAKE_DEAD_LETTERS_URL: 'HomeMessagingIntakeDeadLetters',
  SCREENING_QUEUE_URL: 'HomeMessagingScreeningQueue',
  SCREENING_DEAD_LETTERS_URL: 'HomeMessagingScreeningDeadLetters',
  LIVE_SCREENING_QUEUE_URL: 'HomeMessagingLiveScreeningQueue',
  LIVE_SCREENING_DEAD_LETTERS_URL: 'HomeMessagingLiveScreeningDeadLetters',
  RESULTS_QUEUE_URL: 'HomeMessagingResultsQueue',
  RESULTS_DEAD_LETTERS_URL: 'HomeMessagingResultsDeadLetters',
  INDEXING_QUEUE_URL: 'HomeMessagingIndexingQueue',
  INDEXING_DEAD_LETTERS_URL: 'HomeMessagingIndexingDeadLetters',
  WEBHOOKS_QUEUE_URL: 'HomeMessagingWebhooksQueue',
  WEBHOOKS_DEAD_LETTERS_URL: 'HomeMessagingWebhooksDeadLetters',
  VECTOR_BUCKET: 'HomeVectorsBucket',
};

/** The part of an environment that tells where the home is, by readable names. */
function homeOf(environment: Readonly<Record<string, unknown>>): Record<string, string> {
  const names = Object.keys(awsEnvironmentSchema.shape).filter((name) => name in environment);
  return Object.fromEntries(names.map((name) => [name, nameOf(environment[name])]));
}

describe('the environment by which code finds its home', () => {
  it('names what the code asks for', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(Object.keys(awsEnvironmentSchema.shape).sort());
  });

  it.each([
    'PreparationFunction',
    'LiveLaneFunction',
    'IntakeFunction',
    'AggregationFunction',
    'ApiFunction',
  ])('is that of %s', (id) => {
    const { properties } = resourceOf(template, 'AWS::Lambda::Function', id);
    const { Variables } = properties.Environment as { Variables: Record<string, unknown> };
    expect(homeOf(Variables)).toEqual(EXPECTED);
  });

  it('is that of the worker', () => {
    const task = resourceOf(template, 'AWS::ECS::TaskDefinition', 'ScreeningTask');
    const [container] = task.properties.ContainerDefinitions as {
      Environment: { Name: string; Value: unknown }[];
    }[];
    const variables = container?.Environment.map(({ Name, Value }) => [Name, Value]) ?? [];
    expect(homeOf(Object.fromEntries(variables))).toEqual(EXPECTED);
  });
});
