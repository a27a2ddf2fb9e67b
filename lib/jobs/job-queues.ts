import type { QueueSettings } from '../../core/messages/queues.ts';

const FOURTEEN_DAYS = 14 * 24 * 3_600;

/** A planner may run for 15 minutes, and goes on where the one before ended. */
export const PLAN_SECONDS = 900;
/** New jobs, changed schedules and schedules that are due. */
export const STARTS_QUEUE: QueueSettings = {
  visibilitySeconds: PLAN_SECONDS,
  maxReceiveCount: 10,
  retentionSeconds: FOURTEEN_DAYS,
};

export const FINISH_SECONDS = 60;
/** Ends of Batch jobs: looked at every two minutes until their last results are written. */
export const ENDS_QUEUE: QueueSettings = {
  visibilitySeconds: 120,
  maxReceiveCount: 40,
  retentionSeconds: FOURTEEN_DAYS,
};
