import { Duration } from 'aws-cdk-lib';
import type { MaxMessageAgeThreshold, MonitoringFacade } from 'cdk-monitoring-constructs';
import { type JobQueueName, QUEUE_NAMES, type QueueName } from '../../core/messages/queues.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { QueueWithDeadLetters } from '../messaging/queue-with-dead-letters.ts';

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
  // A planner works for up to a quarter of an hour, and looks again at jobs whose images are prepared.
  'job-starts': Duration.hours(1),
  // Until the last results of a job are written, its end is looked at again: for an hour and a little more.
  'job-ends': Duration.hours(2),
} as const satisfies Record<QueueName | JobQueueName, Duration>;

/** What a message of a queue is waiting for, for those who are woken by it. */
const WAITS_FOR = {
  preparation: 'the function prepare opens photographs',
  'bulk-preparation': 'the function prepare opens photographs that were asked for again',
  intake: 'the function intake adds photographs to their exams',
  screening: 'exams are screened',
  'live-screening': 'the function screen screens exams',
  results: 'the function aggregate writes results to their exams',
  indexing: 'the function index-exam makes results searchable',
  webhooks: 'the function webhooks tells the webhooks',
  'job-starts': 'the function plan-job starts jobs',
  'job-ends': 'the function finish-job ends jobs',
} as const satisfies Record<QueueName | JobQueueName, string>;

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
    alarmDescriptionOverride: `${what}: the oldest message is six days old, and SQS forgets it after 14. Have it worked off or sent again; what is lost nevertheless the reconciler sends again.`,
  };
}

/** Alarms on the first dead letter of every queue, and on messages that wait for too long. */
export function watchQueues(facade: MonitoringFacade, home: CloudHome, jobs: Jobs | undefined): void {
  for (const name of QUEUE_NAMES) watchQueue(facade, name, home.messaging.queues[name]);
  if (jobs === undefined) return;
  watchQueue(facade, 'job-starts', jobs.starts);
  watchQueue(facade, 'job-ends', jobs.ends);
}

function watchQueue(
  facade: MonitoringFacade,
  name: QueueName | JobQueueName,
  { queue, deadLetters }: QueueWithDeadLetters,
): void {
  const oldest = OLDEST_MESSAGE[name];
  facade.monitorSqsQueueWithDlq({
    queue,
    deadLetterQueue: deadLetters,
    humanReadableName: `Queue ${name}`,
    alarmFriendlyName: `${name}-queue`,
    addQueueMaxMessageAgeAlarm: {
      Warning: {
        maxAgeInSeconds: oldest.toSeconds(),
        evaluationPeriods: 2,
        datapointsToAlarm: 2,
        alarmDescriptionOverride: `A message of queue ${name} has waited for more than ${oldest.toHumanString()} until ${WAITS_FOR[name]}.`,
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
