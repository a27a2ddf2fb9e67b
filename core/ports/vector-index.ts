import type { ExamKey } from '../exams/exam-key.ts';
import type { Outcome } from '../exams/outcome.ts';
import type { Page, PageRequest } from './page.ts';

/** An exam as it is found by likeness. */
export interface IndexedExam {
  readonly key: ExamKey;
  /** Id of the bundle whose features these are: vectors of other models lie in other spaces. */
  readonly model: string;
  /** RET-CLIP's patient features, float32 [embedding], of length 1. */
  readonly vector: Float32Array;
  readonly outcome: Outcome;
  /** ISO 8601, UTC. */
  readonly screenedAt: string;
}

export interface VectorQuery {
  readonly program: string;
  readonly model: string;
  /** float32 [embedding], of any length but 0. */
  readonly vector: Float32Array;
  /** 1 to 100. */
  readonly limit: number;
  readonly outcome?: Outcome;
}

/** An exam that was found. */
export interface VectorMatch {
  readonly patient: string;
  readonly exam: string;
  /** Cosine, -1 to 1. */
  readonly similarity: number;
}

/** Names an exam within its program. */
export type ExamOfProgram = Pick<ExamKey, 'patient' | 'exam'>;

/** Largest `limit` of a query: what S3 Vectors answers at most. */
export const MOST_MATCHES = 100;

/** Finds a program's exams by the likeness of their features. One vector an exam; programs and models never mix. */
export interface VectorIndex {
  /** Adds exams or replaces what is known of them, vectors of another model included. */
  put(exams: readonly IndexedExam[]): Promise<void>;
  /** The most similar first. May lag behind `put` by moments. @throws InvalidInputError if the limit or vector is none */
  search(query: VectorQuery): Promise<readonly VectorMatch[]>;
  /** @returns `undefined` if the exam is not indexed for this model */
  vectorOf(key: ExamKey, model: string): Promise<Float32Array | undefined>;
  /**
   * The exams of a program that are indexed, of every model, in no promised order. One that changes meanwhile may come
   * twice or not at all.
   */
  list(program: string, page: PageRequest): Promise<Page<ExamOfProgram>>;
  /** Which of these exams of a program are not indexed for a model. */
  missing(program: string, model: string, exams: readonly ExamOfProgram[]): Promise<readonly ExamOfProgram[]>;
  /**
   * Forgets exams for good, of every model. Exams that are not indexed are skipped.
   *
   * @param exams ids of the patient's exams
   */
  remove(program: string, patient: string, exams: readonly string[]): Promise<void>;
}
