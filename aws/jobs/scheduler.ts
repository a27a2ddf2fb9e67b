import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { type JobSchedule, schedulerName } from '../../core/jobs/schedules/job-schedule.ts';
import type { ScheduleDue } from '../../core/messages/schedule-due.ts';
import { faultOf } from '../faults/tell-faults.ts';

/** What EventBridge Scheduler needs to call for jobs. */
export interface SchedulerTarget {
  readonly group: string;
  /** Queue that is told. */
  readonly queueArn: string;
  readonly deadLettersArn: string;
  /** Lets the scheduler send to them. */
  readonly roleArn: string;
}

const ATTEMPTS = 10;
const OLDEST_SECONDS = 86_400;

/** Makes EventBridge Scheduler follow a schedule as it is stored. Called twice it does no harm. */
export async function followSchedule(
  client: Pick<SchedulerClient, 'send'>,
  schedule: JobSchedule,
  target: SchedulerTarget,
): Promise<void> {
  const name = { Name: schedulerName(schedule), GroupName: target.group };
  if (schedule.state === 'deleted') {
    try {
      await client.send(new DeleteScheduleCommand(name));
    } catch (error) {
      if (faultOf(error)?.code !== 'ResourceNotFoundException') throw error;
    }
    return;
  }
  const due: ScheduleDue = {
    schema: 'schedule-due/1',
    program: schedule.program,
    schedule: schedule.schedule,
    at: '<aws.scheduler.scheduled-time>',
  };
  const content = {
    ...name,
    ScheduleExpression: schedule.expression,
    ScheduleExpressionTimezone: schedule.timeZone,
    FlexibleTimeWindow: { Mode: 'OFF' as const },
    Target: {
      Arn: target.queueArn,
      RoleArn: target.roleArn,
      Input: JSON.stringify(due),
      DeadLetterConfig: { Arn: target.deadLettersArn },
      RetryPolicy: { MaximumRetryAttempts: ATTEMPTS, MaximumEventAgeInSeconds: OLDEST_SECONDS },
    },
  };
  try {
    await client.send(new CreateScheduleCommand(content));
  } catch (error) {
    if (faultOf(error)?.code !== 'ConflictException') throw error;
    await client.send(new UpdateScheduleCommand(content));
  }
}
