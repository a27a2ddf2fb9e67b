import { describe, expect, it } from 'vitest';
import { QUEUE_SETTINGS } from '../../core/messages/queues.ts';
import { nameOf, permissionsOf, resourceOf, resourcesOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

type Synthesized = ReturnType<typeof synthesize>['template'];

const { template } = synthesize({ maxLiveScreenings: '7' });
const only = {
  live: synthesize({ screeningLane: 'live' }).template,
  gpu: synthesize({ screeningLane: 'gpu' }).template,
};
const handlerOf = (one: Synthesized) => resourceOf(one, 'AWS::Lambda::Function', 'LiveLaneFunction');
const handler = handlerOf(template);
const ROLE = 'LiveLaneFunctionRole';

function variablesOf(one: Synthesized, id: string): Record<string, unknown> {
  const { properties } = resourceOf(one, 'AWS::Lambda::Function', id);
  return (properties.Environment as { Variables: Record<string, unknown> }).Variables;
}

/** Queues that the function is called for. */
function sourcesOf(one: Synthesized) {
  return resourcesOf(one, 'AWS::Lambda::EventSourceMapping')
    .filter(({ id }) => id.startsWith('LiveLane'))
    .map(({ properties }) => properties);
}

describe('the live lane', () => {
  it('is an image of its own, with two processors', () => {
    expect(handler.properties).toMatchObject({
      PackageType: 'Image',
      Architectures: ['arm64'],
      // Lambda gives a processor for each 1,769 MB.
      MemorySize: 3_538,
      EphemeralStorage: { Size: 2_048 },
      TracingConfig: { Mode: 'Active' },
    });
    const { ImageUri } = handler.properties.Code as { ImageUri: unknown };
    expect(nameOf(ImageUri)).toMatch(/\/retclip-screen:1$/);
  });

  it('is called for its queue within a bound, and names the messages that come again', () => {
    const [mapping, ...others] = sourcesOf(template);
    expect(others).toEqual([]);
    expect(nameOf(mapping?.EventSourceArn)).toBe('HomeMessagingLiveScreeningQueue');
    expect(mapping).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 7 },
    });
    expect(handler.properties.ReservedConcurrentExecutions).toBeUndefined();
  });

  it('ends long before its messages are delivered again', () => {
    expect(handler.properties.Timeout).toBe(60);
    expect(QUEUE_SETTINGS['live-screening'].visibilitySeconds).toBeGreaterThanOrEqual(6 * 60);
  });

  it('may do what a worker may, and what Lambda asks of its role', () => {
    const ofLambda = /^(?:ec2|logs|xray):|^sqs:GetQueueUrl/;
    const ofQueue = (line: string) => line.replace(/LiveScreening/, 'Screening');
    const own = permissionsOf(template, ROLE).filter((line) => !ofLambda.test(line));
    const ofWorker = permissionsOf(template, 'ScreeningTaskTaskRole').filter(
      (line) => !line.startsWith('ecs:'),
    );
    expect(own.map(ofQueue).toSorted()).toEqual(ofWorker);
    expect(own.filter((line) => line.includes('MessagingScreening'))).toEqual([]);
    expect(own).toContain('sqs:DeleteMessage on HomeMessagingLiveScreeningQueue');
    expect(own.filter((line) => line.includes('images'))).toEqual([]);
  });

  it('runs without a way to the internet: HTTPS to the endpoints of SQS, S3 and the table alone', () => {
    const { SecurityGroupIds, SubnetIds } = handler.properties.VpcConfig as {
      SecurityGroupIds: unknown[];
      SubnetIds: unknown[];
    };
    expect(SubnetIds).toHaveLength(2);
    expect(SecurityGroupIds.map(nameOf)).toEqual(['LiveLaneSecurityGroup']);
    const group = resourceOf(template, 'AWS::EC2::SecurityGroup', 'LiveLaneSecurityGroup');
    expect(group.properties.SecurityGroupIngress).toBeUndefined();
    const admitting = resourcesOf(template, 'AWS::EC2::SecurityGroupIngress').filter(
      ({ properties }) => nameOf(properties.SourceSecurityGroupId) === 'LiveLaneSecurityGroup',
    );
    expect(admitting.map(({ properties }) => nameOf(properties.GroupId))).toEqual([
      'NetworkQueuesSecurityGroup',
    ]);
  });
});

describe('the setting of the lane', () => {
  it.each([
    ['auto', template, ['LiveScreening', 'Screening']],
    ['live', only.live, ['LiveScreening']],
    ['gpu', only.gpu, ['Screening']],
  ] as const)(
    '%s is told to intake and the function, and bounds where intake may send',
    (lane, one, queues) => {
      expect(variablesOf(one, 'IntakeFunction').SCREENING_LANE).toBe(lane);
      expect(variablesOf(one, 'LiveLaneFunction').SCREENING_LANE).toBe(lane);
      const sends = permissionsOf(one, 'IntakeFunctionRole').filter((line) =>
        /^sqs:SendMessage on HomeMessaging(?:Live)?ScreeningQueue$/.test(line),
      );
      expect(sends).toEqual(queues.map((name) => `sqs:SendMessage on HomeMessaging${name}Queue`));
    },
  );

  it('live leaves the GPU service out, and its queue to the function, so that nothing stays there', () => {
    only.live.resourceCountIs('AWS::ECS::Service', 0);
    only.live.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 0);
    expect(sourcesOf(only.live).map(({ EventSourceArn }) => nameOf(EventSourceArn))).toEqual([
      'HomeMessagingLiveScreeningQueue',
      'HomeMessagingScreeningQueue',
    ]);
    expect(nameOf(variablesOf(only.live, 'LiveLaneFunction').SCREENING_QUEUE_ARN)).toBe(
      'HomeMessagingScreeningQueue',
    );
    expect(permissionsOf(only.live, ROLE)).toContain('sqs:DeleteMessage on HomeMessagingScreeningQueue');
    // SQS lends a message for no shorter than its function may run.
    expect(QUEUE_SETTINGS.screening.visibilitySeconds).toBeGreaterThanOrEqual(
      Number(handlerOf(only.live).properties.Timeout),
    );
    // Jobs stay on GPUs.
    expect(resourceOf(only.live, 'AWS::Batch::JobDefinition', 'JobsScreen')).toBeDefined();
  });

  it('gpu keeps the function, which hands over what still waits in its queue', () => {
    only.gpu.resourceCountIs('AWS::ECS::Service', 1);
    expect(sourcesOf(only.gpu).map(({ EventSourceArn }) => nameOf(EventSourceArn))).toEqual([
      'HomeMessagingLiveScreeningQueue',
    ]);
  });
});
