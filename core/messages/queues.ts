/**
 * The queues, by the names that messages, metrics and commands use: six of the pipeline, and two for what follows from
 * events. What jobs have prepared waits in a queue of its own, so that no photograph of today waits for them. Exams of a
 * model that AWS screens by a function wait in `live-screening`; on one machine all wait in `screening`.
 */
export const QUEUE_NAMES = [
  'preparation',
  'bulk-preparation',
  'intake',
  'screening',
  'live-screening',
  'results',
  'indexing',
  'webhooks',
] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** Queues of screening requests: for workers, and for the function of the live lane. */
export type ScreeningQueue = Extract<QueueName, 'screening' | 'live-screening'>;

/** The beginning of a queue's variables in the environment. @example variableOf('bulk-preparation') // 'BULK_PREPARATION' */
export function variableOf<Name extends QueueName | JobQueueName>(name: Name): VariableOf<Name> {
  return name.toUpperCase().replaceAll('-', '_') as VariableOf<Name>;
}

type VariableOf<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Uppercase<Head>}_${VariableOf<Tail>}`
  : Uppercase<Name>;

/** Queues of population jobs in AWS: what is to begin, and what has ended. One machine needs neither. */
export const JOB_QUEUE_NAMES = ['job-starts', 'job-ends'] as const;
export type JobQueueName = (typeof JOB_QUEUE_NAMES)[number];

/** Every queue that has dead letters: they are listed and sent again alike. */
export const REDRIVEN_QUEUES = [...QUEUE_NAMES, ...JOB_QUEUE_NAMES] as const;
export type RedrivenQueue = (typeof REDRIVEN_QUEUES)[number];

/** How a queue treats its messages, the same in every home. */
export interface QueueSettings {
  /** How long a message is on loan, in seconds. */
  readonly visibilitySeconds: number;
  /** Deliveries after which a message moves to the dead-letter queue. */
  readonly maxReceiveCount: number;
  /**
   * How long SQS keeps a message, in seconds: 14 days at most. One machine keeps it until it is dealt with. In AWS the
   * reconciler sends what was lost for its age again.
   */
  readonly retentionSeconds: number;
}

const FOURTEEN_DAYS = 14 * 24 * 3600;

/**
 * Deliveries of a screening request tell nothing of it: a reclaimed Spot instance, a release, a new model or another
 * exam's fault cost each message in hand one. So its worker counts what a request did itself (`Attempts`) and buries it
 * by that; the queue's own limit is the highest that SQS takes.
 */
export const QUEUE_SETTINGS: Readonly<Record<QueueName, QueueSettings>> = {
  // Six times what ten photographs may take, each within its decoder's limits: see `consumerTimeout`.
  preparation: { visibilitySeconds: 720, maxReceiveCount: 10, retentionSeconds: FOURTEEN_DAYS },
  'bulk-preparation': { visibilitySeconds: 720, maxReceiveCount: 10, retentionSeconds: FOURTEEN_DAYS },
  intake: { visibilitySeconds: 60, maxReceiveCount: 10, retentionSeconds: FOURTEEN_DAYS },
  screening: { visibilitySeconds: 60, maxReceiveCount: 1_000, retentionSeconds: FOURTEEN_DAYS },
  // Six times what its function may take: see `consumerTimeout`.
  'live-screening': { visibilitySeconds: 360, maxReceiveCount: 1_000, retentionSeconds: FOURTEEN_DAYS },
  // Six times what five re-scored shards may take: see `consumerTimeout`.
  results: { visibilitySeconds: 180, maxReceiveCount: 10, retentionSeconds: FOURTEEN_DAYS },
  indexing: { visibilitySeconds: 180, maxReceiveCount: 10, retentionSeconds: FOURTEEN_DAYS },
  // Failed deliveries are sent again with a growing delay; these receives are for faults of the system itself.
  webhooks: { visibilitySeconds: 180, maxReceiveCount: 10, retentionSeconds: FOURTEEN_DAYS },
};
