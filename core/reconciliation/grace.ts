const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * What is younger is on its way: the reconciler works beside intake, workers and uploads. It is found lost at once where
 * no queue holds anything that it could be, and waits longer the more the queues hold. In milliseconds.
 */
export const GRACE = {
  /** Nothing waits in the queues that would hold its message. */
  queuesEmpty: HOUR,
  /** Few messages wait: they would have had their turn. */
  queuesWorkedOff: DAY,
  /** SQS keeps a message no longer than this. */
  queuesForget: 14 * DAY,
  /** Of a shard of features and of its rows' entries: a worker's batch and the message about it take minutes. */
  features: 2 * DAY,
  /** Of an indexed exam and of what was screened: its event is on its way. */
  indexing: HOUR,
  /** Of what an erasure that goes on at this moment removes: its second look comes twenty minutes later. */
  erasing: DAY,
  /** Of a file that nothing names: a restored database may give way to the right one. */
  contents: 30 * DAY,
  /** After a job's end: selections and what re-scoring made of them. */
  jobWork: 30 * DAY,
  /** After a job's end: receipts. Exams that failed in it can be taken up again for so long. */
  jobReceipts: 400 * DAY,
  /** Of a job that has no end: GPU capacity may be short for days. */
  jobUnfinished: 14 * DAY,
} as const;

/** So many messages are few: they are worked off within a day even by one worker. */
export const FEW_MESSAGES = 1_000;
