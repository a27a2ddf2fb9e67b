import type { FeaturesPrecision } from '../activation/precisions.ts';
import type { ExamFeatures, FeatureMatrices, ImageFeatures } from '../exams/exam-features.ts';
import type { ExamKey } from '../exams/exam-key.ts';
import type { FeaturesReference } from '../exams/exam-result.ts';
import type { Page, PageRequest } from './page.ts';

/** An exam of a batch, and the request that asked for its features. */
export interface BatchedExam {
  readonly exam: ExamKey;
  readonly requestId: string;
  /** Which eyes have a gradable photograph. */
  readonly eyes: { readonly left: boolean; readonly right: boolean };
  /** Every image that heads read, the primary ones among them. Absent where each eye has one. */
  readonly images?: readonly ImageFeatures[];
}

/** Features that the model has made of some exams at once. */
export interface FeatureBatch {
  /** Id of the bundle. */
  readonly model: string;
  /** Id of the pre-processing contract. */
  readonly preprocessing: string;
  /** Left out by former releases. */
  readonly precision?: FeaturesPrecision;
  /** In the order of the matrices' rows. */
  readonly exams: readonly BatchedExam[];
  readonly matrices: FeatureMatrices;
}

/** Features of the exams of one shard. */
export interface StoredBatch extends FeaturesPrecision {
  /** Id of the bundle; `undefined` if the shard does not say. */
  readonly model: string | undefined;
  /** Channels of each vector. */
  readonly embedding: number;
  /** @returns `null` if the shard has no such row */
  exam(row: number): ExamFeatures | null;
}

/** A row of a shard, the exam that it is of, and the request that asked for it. */
export interface FeatureRow {
  readonly exam: ExamKey;
  readonly requestId: string;
  readonly place: FeaturesReference;
}

/** A row on its patient's list, and when it was listed: shortly before its shard was stored. */
export interface ListedRow extends FeatureRow {
  readonly listedAt: Date;
}

/** A shard by its name, as results refer to it. */
export interface NamedShard {
  readonly shard: string;
  readonly storedAt: Date;
  /** The day on which it was made, `2026-05-01`; `null` where its name tells none. */
  readonly day: string | null;
  /** `false`: a former release made it, and its rows are not listed under their patients. */
  readonly isListed: boolean;
}

/** What an erasure has found: `absent` if the whole shard is not there. */
export type RowErasure = 'erased' | 'erased-before' | 'absent';

/**
 * Features of exams. Those of one batch lie together in a shard, one exam in each row. A row is never moved, so that what
 * refers to it stays true; an erasure writes zeros over it. Every row is listed under its patient before it is stored.
 */
export interface FeatureStore {
  /** @returns where the features of each exam lie, in the order of the exams */
  put(batch: FeatureBatch): Promise<readonly FeaturesReference[]>;
  /** @throws FeaturesError if the shard is missing; DamagedShardError if it is cut or contradicts itself */
  read(shard: string): Promise<StoredBatch>;
  /**
   * The request that each row of a shard answers, in the order of the rows. The features themselves are not read.
   *
   * @throws ObjectNotFoundError if the shard is missing; DamagedShardError if it does not say
   */
  requestsOf(shard: string): Promise<readonly string[]>;
  /** Every shard, in the order of their names' UTF-8 bytes. */
  shards(page: PageRequest): Promise<Page<NamedShard>>;
  /** Every row that is listed under a patient, whether a result names it or not, and whether its shard is there or not. */
  rowsOf(program: string, patient: string): AsyncIterable<FeatureRow>;
  /**
   * Every row that is listed, of all patients, whether its shard is there or not. A page may hold fewer than its limit and
   * still have a cursor.
   */
  listedRows(page: PageRequest): Promise<Page<ListedRow>>;
  /** Whether a row holds numbers: `false` if it is erased or its shard is missing. @throws DamagedShardError */
  holds(place: FeaturesReference): Promise<boolean>;
  /**
   * Erases an exam's row. Afterwards no version of the shard holds its features.
   *
   * @throws DamagedShardError if the shard is damaged or has no such row; ObjectChangedError if other writers of the shard
   * won every time
   */
  erase(place: FeaturesReference): Promise<RowErasure>;
  /** Takes a row off its patient's list. Only after it has been erased, or once its shard is gone. */
  forget(row: FeatureRow): Promise<void>;
  /** Removes a shard for good. No error if it is missing. */
  remove(shard: string): Promise<void>;
}
