import { describe, expect, it } from 'vitest';
import { QUEUE_NAMES, QUEUE_SETTINGS, type QueueName } from '../../core/messages/queues.ts';
import { nameOf, resourceOf, resourcesOf, statementsOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize();

const TITLES: Readonly<Record<QueueName, string>> = {
  preparation: 'Preparation',
  'bulk-preparation': 'BulkPreparation',
  'live-screening': 'LiveScreening',
  intake: 'Intake',
  screening: 'Screening',
  results: 'Results',
  indexing: 'Indexing',
  webhooks: 'Webhooks',
};

describe.each(QUEUE_NAMES)('queue %s', (name) => {
  const title = `HomeMessaging${TITLES[name]}`;
  const queue = resourceOf(template, 'AWS::SQS::Queue', `${title}Queue`);
  const deadLetters = resourceOf(template, 'AWS::SQS::Queue', `${title}DeadLetters`);

  it('treats messages as every home does', () => {
    const settings = QUEUE_SETTINGS[name];
    expect(queue.properties).toMatchObject({
      VisibilityTimeout: settings.visibilitySeconds,
      MessageRetentionPeriod: settings.retentionSeconds,
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': [deadLetters.id, 'Arn'] },
        maxReceiveCount: settings.maxReceiveCount,
      },
    });
  });

  it('keeps dead letters as long as SQS can', () => {
    expect(deadLetters.properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
    expect(deadLetters.properties.RedrivePolicy).toBeUndefined();
  });

  it('is encrypted and reached by TLS only, both of them', () => {
    for (const { id, properties } of [queue, deadLetters]) {
      expect(properties.SqsManagedSseEnabled).toBe(true);
      const policy = resourcesOf(template, 'AWS::SQS::QueuePolicy').find(({ properties }) =>
        (properties.Queues as { Ref: string }[]).some(({ Ref }) => Ref === id),
      );
      expect(statementsOf(policy?.properties.PolicyDocument)).toContainEqual(
        expect.objectContaining({
          effect: 'Deny',
          condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });
});

describe('messaging', () => {
  it('has no queue besides those of the code, those that start and end jobs, and their dead letters', () => {
    const names = resourcesOf(template, 'AWS::SQS::Queue').map(({ id }) => nameOf({ Ref: id }));
    const pairs = [...QUEUE_NAMES.map((name) => `HomeMessaging${TITLES[name]}`), 'JobsStarts', 'JobsEnds'];
    expect(names.sort()).toEqual(pairs.flatMap((pair) => [`${pair}Queue`, `${pair}DeadLetters`]).sort());
  });

  it('has a bus of its own for events', () => {
    template.resourceCountIs('AWS::Events::EventBus', 1);
  });
});
