import type { ExamKey } from '../exams/exam-key.ts';
import type { Outcome } from '../exams/outcome.ts';

/** An exam has a new result. Carries pseudonyms only. */
export interface ExamScreened {
  readonly type: 'ExamScreened';
  /** The request id: the same result is announced under the same id, so that a receiver can drop a repetition. */
  readonly id: string;
  readonly at: string;
  readonly exam: ExamKey;
  readonly outcome: Outcome;
}

export type DomainEvent = ExamScreened;

/** Tells whoever listens what has happened; at least once. */
export interface Events {
  publish(events: readonly DomainEvent[]): Promise<void>;
}
