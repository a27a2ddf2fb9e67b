import type { QueueName } from '../messages/queues.ts';
import type { Events } from './events.ts';
import type { ExamTable } from './exam-table.ts';
import type { FeatureStore } from './feature-store.ts';
import type { ObjectStore } from './object-store.ts';
import type { PatientTraces } from './patient-traces.ts';
import type { PreparedStore } from './prepared-store.ts';
import type { VectorIndex } from './vector-index.ts';
import type { WorkQueue } from './work-queue.ts';

/** A queue and the one that its undeliverable messages end in. */
export interface QueuePair {
  readonly queue: WorkQueue;
  readonly deadLetters: WorkQueue;
}

/** Where the system lives: one implementation of every port, chosen once, at start. */
export interface Home {
  readonly objects: ObjectStore;
  readonly features: FeatureStore;
  readonly prepared: PreparedStore;
  readonly exams: ExamTable;
  readonly events: Events;
  readonly vectors: VectorIndex;
  readonly traces: PatientTraces;
  readonly queues: Readonly<Record<QueueName, QueuePair>>;
  close(): Promise<void>;
}
