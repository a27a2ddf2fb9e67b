import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type EventPattern, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { MonitoringFacade } from 'cdk-monitoring-constructs';
import type { Construct } from 'constructs';

/** Where rules are made, what alarms are made by, and who is told. */
export interface EventWatch {
  readonly scope: Construct;
  readonly facade: MonitoringFacade;
  readonly topic: ITopic;
  /** Encrypts what is told to the topic. */
  readonly key: IKey;
}

/** What AWS tells of, and how it is told on. */
interface WatchedEvent {
  /** Id of its rule. */
  readonly id: string;
  readonly description: string;
  readonly pattern: EventPattern;
  /** The sentence that subscribers of the topic read. `EventField.fromPath` stands in it for a value of the event. */
  readonly message: string;
}

/** By a role rather than the topic's policy, which cannot tell this rule from one of another account. */
function tellingRole({ scope, topic, key }: EventWatch, id: string): Role {
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('events.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  role.addToPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] }));
  role.addToPolicy(
    new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }),
  );
  return role;
}

/**
 * Tells the topic of each such event, with what the event says, which an alarm cannot.
 *
 * @returns how many events there were, which an alarm can watch
 */
export function tellEvents(watch: EventWatch, event: WatchedEvent): Metric {
  const { scope, topic } = watch;
  const { id, description, pattern: eventPattern, message } = event;
  const role = tellingRole(watch, id);
  const rule = new Rule(scope, id, {
    description,
    eventPattern,
    targets: [{ bind: () => ({ arn: topic.topicArn, input: RuleTargetInput.fromText(message), role }) }],
  });
  return new Metric({
    namespace: 'AWS/Events',
    metricName: 'TriggeredRules',
    dimensionsMap: { RuleName: rule.ruleName },
    statistic: 'Sum',
    period: Duration.minutes(5),
  });
}
