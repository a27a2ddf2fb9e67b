import { describe, expect, it } from 'vitest';
import { QUEUE_NAMES, QUEUE_SETTINGS } from '../../core/messages/queues.ts';
import { resourceOf, resourcesOf, statementsOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize();

describe.each(QUEUE_NAMES)('queue %s', (name) => {
  const title = `HomeMessaging${name.charAt(0).toUpperCase()}${name.slice(1)}`;
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
  it('has no queue besides those of the code and their dead letters', () => {
    expect(resourcesOf(template, 'AWS::SQS::Queue')).toHaveLength(2 * QUEUE_NAMES.length);
  });

  it('has a bus of its own for events', () => {
    template.resourceCountIs('AWS::Events::EventBus', 1);
  });
});
