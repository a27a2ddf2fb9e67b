import { FeaturesError } from '../../core/errors.ts';
import { type ExamKey, examName } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { examScreenedSchema } from '../../core/messages/domain-event.ts';
import { parseMessage } from '../../core/messages/parse-message.ts';
import type { FeatureStore, Home, IndexedExam, StoredBatch } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import { normalized } from '../../core/search/vectors.ts';
import { consumeQueue, type QueueFunction } from '../consume-queue.ts';

export interface IndexExamOptions {
  readonly home: Pick<Home, 'exams' | 'features' | 'queues' | 'vectors'>;
  readonly log: Log;
  readonly counters: Counters;
}

/** Exams of one batch stand in one shard, and their events come close together. */
const SHARDS_KEPT = 4;
/** An exam that changes between every reading and writing is a fault. */
const ATTEMPTS = 5;

/** Reads shards, the last few from memory. */
class Shards {
  readonly #store: Pick<FeatureStore, 'read'>;
  readonly #known = new Map<string, Promise<StoredBatch>>();

  constructor(store: Pick<FeatureStore, 'read'>) {
    this.#store = store;
  }

  read(shard: string): Promise<StoredBatch> {
    const known = this.#known.get(shard);
    if (known !== undefined) return known;
    const reading = this.#store.read(shard);
    this.#known.set(shard, reading);
    reading.catch(() => this.#known.delete(shard));
    const [oldest] = this.#known.keys();
    if (this.#known.size > SHARDS_KEPT && oldest !== undefined) this.#known.delete(oldest);
    return reading;
  }
}

/**
 * Keeps the index of features up to date: for each exam with a new result, its patient features are put into the index,
 * or taken out if it has none left. It always writes what the exam's record says now, so events may come twice and
 * in any order.
 */
export function createIndexExam({ home, log, counters }: IndexExamOptions): QueueFunction {
  const { deadLetters } = home.queues.indexing;
  const shards = new Shards(home.features);

  async function indexed(record: ExamRecord): Promise<IndexedExam | null> {
    const { result } = record;
    if (result?.features == null) return null;
    const { model, outcome, screenedAt, features } = result;
    const exam = (await shards.read(features.shard)).exam(features.row);
    if (exam === null)
      throw new FeaturesError(`Feature shard "${features.shard}" has no row ${features.row}.`);
    // Overwritten with zeros: the patient is being erased.
    if (exam.patient.every((value) => value === 0)) return null;
    const { program, patient } = record;
    return {
      key: { program, patient, exam: record.exam },
      model,
      outcome,
      screenedAt,
      vector: normalized(exam.patient),
    };
  }

  async function write(key: ExamKey, record: ExamRecord | undefined): Promise<void> {
    const exam = record === undefined ? null : await indexed(record);
    if (exam === null) await home.vectors.remove(key.program, key.patient, [key.exam]);
    else await home.vectors.put([exam]);
  }

  async function handle(body: string): Promise<void> {
    const { exam: key } = parseMessage(examScreenedSchema, body);
    let before = await home.exams.get(key);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      await write(key, before);
      // Another result, or an erasure, may have come in between; then the index must say what that says.
      const after = await home.exams.get(key);
      const same =
        after?.result?.requestId === before?.result?.requestId &&
        after?.result?.outcome === before?.result?.outcome;
      if (same) {
        counters.add('ExamIndexed', 1);
        return;
      }
      before = after;
    }
    log.warn('An exam changes faster than it can be indexed', { exam: examName(key) });
    throw new FeaturesError(`Exam ${examName(key)} changed ${ATTEMPTS} times while it was indexed.`);
  }

  return consumeQueue({ source: 'indexing', deadLetters, log, counters, handle });
}
