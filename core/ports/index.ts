export type {
  DomainEvent,
  EventType,
  ExamReviewed,
  ExamScreened,
  JobFinished,
} from '../messages/domain-event.ts';
export type { Events } from './events.ts';
export type { ExamTable, ListingRequest, Tombstone, WorkListRequest } from './exam-table.ts';
export type {
  BatchedExam,
  FeatureBatch,
  FeatureRow,
  FeatureStore,
  ListedRow,
  NamedShard,
  RowErasure,
  StoredBatch,
} from './feature-store.ts';
export type { Home, QueuePair } from './home.ts';
export type {
  GetOptions,
  ObjectStore,
  ObjectVersion,
  PresignedUpload,
  PutOptions,
  StoredObject,
  UploadIntent,
  WrittenObject,
} from './object-store.ts';
export type { Page, PageRequest } from './page.ts';
export type { PatientTraces, RemainingPlace, TraceCounts } from './patient-traces.ts';
export type { PreparedStore } from './prepared-store.ts';
export type { EncodedText, TextEncoder } from './text-encoder.ts';
export type { ExamOfProgram, IndexedExam, VectorIndex, VectorMatch, VectorQuery } from './vector-index.ts';
export type {
  OutgoingMessage,
  QueueDepth,
  ReceiptFailure,
  ReceivedMessage,
  ReceiveOptions,
  WorkQueue,
} from './work-queue.ts';
