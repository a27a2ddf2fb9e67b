import type { QueueSettings } from '../../../core/messages/queues.ts';
import type { QueuePair } from '../../../core/ports/index.ts';
import type { CapabilityTest } from '../subject.ts';

/** A queue with its dead-letter queue, both empty, and a clock. */
export interface QueueSubject extends QueuePair {
  /** Lets time pass: by setting a clock, or by waiting. */
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

export type QueueCapability =
  /** An older delivery's receipt changes nothing. */
  | 'stale-receipts'
  /** An older delivery's receipt is named as failed. */
  | 'stale-receipt-reports'
  /** A message that is deleted already counts as deleted. */
  | 'repeated-deletion'
  /** Groups share deliveries. */
  | 'fairness'
  /** Messages expire; the test lets a minute pass. */
  | 'retention'
  /** Depth tells delayed messages and those in flight apart. */
  | 'depth'
  /** Refuses what is not text, or too large, by `InvalidInputError`. */
  | 'refusals'
  /** Moves messages to the dead-letter queue. */
  | 'dead-letters'
  /** A waiting receive returns when its signal aborts. */
  | 'abort'
  /** Carries characters beyond the basic multilingual plane. */
  | 'supplementary-characters';

/** What the tests of a work queue share. */
export interface WorkQueueTests {
  readonly testCapability: CapabilityTest<QueueCapability>;
  /** An empty queue of the test's own. */
  open(settings?: Partial<QueueSettings>): Promise<QueueSubject>;
}
