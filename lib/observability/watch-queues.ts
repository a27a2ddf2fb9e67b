import { Duration } from 'aws-cdk-lib';
import type { MaxMessageAgeThreshold, MonitoringFacade } from 'cdk-monitoring-constructs';
import { QUEUE_NAMES, type QueueName } from '../../core/messages/queues.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import type { Jobs } from '../jobs/jobs.ts';

/**
 * How old the oldest message may grow. Intake holds messages back for the second eye, but a delayed message is not
 * counted as waiting; a GPU needs minutes to start. A population's photographs wait for hours to be opened.
 */
const OLDEST_MESSAGE = {
  preparation: Duration.minutes(10),
  'bulk-preparation': Duration.hours(6),
  intake: Duration.minutes(10),
  screening: Duration.hours(1),
  'live-screening': Duration.minutes(10),
  results: Duration.minutes(10),
  indexing: Duration.minutes(30),
  webhooks: Duration.minutes(30),
} as const satisfies Record<QueueName, Duration>;

/**
 * SQS forgets a message 14 days after it was first sent, whether it waits or lies among the dead letters. A person hears of
 * it with more than half of that time left.
 */
const FORGOTTEN_SOON = Duration.days(6);

/** An alarm on the age of a queue's oldest message, long before SQS forgets it. */
function forgottenSoon(what: string): MaxMessageAgeThreshold {
  return {
    maxAgeInSeconds: FORGOTTEN_SOON.toSeconds(),
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    alarmDescriptionOverride: `${what}: the oldest message is six days old, and SQS forgets it after 14. Have it worked off or sent again (docs/deploy.md, Redrive); what is lost nevertheless the reconciler sends again.`,
  };
}

/** What starts and ends jobs. */
function watchJobQueues(facade: MonitoringFacade, { starts, ends }: Jobs): void {
  for (const [name, { queue, deadLetters }] of Object.entries({ 'job-starts': starts, 'job-ends': ends })) {
    facade.monitorSqsQueueWithDlq({
      queue,
      deadLetterQueue: deadLetters,
      humanReadableName: `Queue ${name}`,
      alarmFriendlyName: `${name}-queue`,
      addQueueMaxMessageAgeAlarm: { Critical: forgottenSoon(`Queue ${name}`) },
      addDeadLetterQueueMaxMessageAgeAlarm: { Critical: forgottenSoon(`Dead letters of queue ${name}`) },
      addDeadLetterQueueMaxSizeAlarm: {
        Critical: {
          maxMessageCount: 0,
          alarmDescriptionOverride: `A job could not be started or ended: look at the log of its function, then send the messages of the dead-letter queue of ${name} again in the console of SQS`,
        },
      },
    });
  }
}

/** Alarms on the first dead letter of every queue, and on messages that wait for too long. */
export function watchQueues(facade: MonitoringFacade, home: CloudHome, jobs: Jobs | undefined): void {
  for (const name of QUEUE_NAMES) {
    const { queue, deadLetters } = home.messaging.queues[name];
    facade.monitorSqsQueueWithDlq({
      queue,
      deadLetterQueue: deadLetters,
      humanReadableName: `Queue ${name}`,
      alarmFriendlyName: `${name}-queue`,
      addQueueMaxMessageAgeAlarm: {
        Warning: {
          maxAgeInSeconds: OLDEST_MESSAGE[name].toSeconds(),
          evaluationPeriods: 2,
          datapointsToAlarm: 2,
        },
        Critical: forgottenSoon(`Queue ${name}`),
      },
      addDeadLetterQueueMaxMessageAgeAlarm: { Critical: forgottenSoon(`Dead letters of queue ${name}`) },
      addDeadLetterQueueMaxSizeAlarm: {
        Critical: {
          maxMessageCount: 0,
          alarmDescriptionOverride: `Messages of queue ${name} could not be processed. See why and send them again: retclip redrive ${name}`,
        },
      },
    });
  }
  if (jobs !== undefined) watchJobQueues(facade, jobs);
}
