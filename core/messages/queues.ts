/**
 * The queues, by the names that messages, metrics and commands use: three of the pipeline, and two for what follows from
 * events.
 */
export const QUEUE_NAMES = ['intake', 'screening', 'results', 'indexing', 'webhooks'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** How a queue treats its messages, the same in every home. */
export interface QueueSettings {
  /** How long a message is on loan, in seconds. */
  readonly visibilitySeconds: number;
  /** Deliveries after which a message moves to the dead-letter queue. */
  readonly maxReceiveCount: number;
  /** How long a message is kept, in seconds. */
  readonly retentionSeconds: number;
}

const FOURTEEN_DAYS = 14 * 24 * 3600;

/**
 * A reclaimed Spot instance or a restart costs every message in flight one delivery, so the limit leaves room for many
 * of them; a message that kills its worker still ends in the dead-letter queue.
 */
export const QUEUE_SETTINGS: Readonly<Record<QueueName, QueueSettings>> = {
  intake: { visibilitySeconds: 60, maxReceiveCount: 10, retentionSeconds: FOURTEEN_DAYS },
  screening: { visibilitySeconds: 60, maxReceiveCount: 12, retentionSeconds: FOURTEEN_DAYS },
  results: { visibilitySeconds: 60, maxReceiveCount: 10, retentionSeconds: FOURTEEN_DAYS },
  indexing: { visibilitySeconds: 180, maxReceiveCount: 10, retentionSeconds: FOURTEEN_DAYS },
  // Failed deliveries are sent anew with a growing delay; these receives are for faults of the system itself.
  webhooks: { visibilitySeconds: 180, maxReceiveCount: 10, retentionSeconds: FOURTEEN_DAYS },
};
