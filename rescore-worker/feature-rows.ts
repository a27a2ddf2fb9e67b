import { type FeaturesPrecision, PRECISIONS } from '../core/activation/precisions.ts';
import { CoreError, ObjectNotFoundError } from '../core/errors.ts';
import type { ExamFeatures, EyeFeatures } from '../core/exams/exam-features.ts';
import type { ObjectStore } from '../core/ports/object-store.ts';
import { decodeSafetensors, type TensorsFile } from '../core/tensors/safetensors.ts';
import { MalformedTensorsError } from '../core/tensors/safetensors-header.ts';

const MATRICES = ['left_visual', 'right_visual', 'left', 'right', 'patient'] as const;

/** Features cannot be read: the exam fails with the reason, others go on. */
export class FeaturesError extends CoreError {}

/** The exams of one feature shard. Matrices are float32 [exams, embedding]. */
export class FeatureRows {
  readonly embedding: number;
  readonly model: string | undefined;
  /** What they were computed in; `null` in shards of former releases. */
  readonly precision: FeaturesPrecision['precision'];
  readonly equivalents: FeaturesPrecision['equivalents'];
  readonly #rows: number;
  readonly #matrices: readonly Float32Array[];
  readonly #present: Uint8Array;

  private constructor(shard: TensorsFile, name: string) {
    const damaged = (what: string) =>
      new FeaturesError(`Feature shard "${name}" is damaged: ${what}. Screen its exams again.`);
    const tensors = MATRICES.map((matrix) => shard.tensors.get(matrix));
    const [first] = tensors;
    const [rows = 0, embedding = 0] = first?.shape ?? [];
    this.#matrices = tensors.map((tensor, index) => {
      if (!(tensor?.data instanceof Float32Array)) throw damaged(`"${MATRICES[index]}" is missing`);
      if (tensor.shape[0] !== rows || tensor.shape[1] !== embedding)
        throw damaged(`"${MATRICES[index]}" has another shape than "${MATRICES[0]}"`);
      return tensor.data;
    });
    const present = shard.tensors.get('present');
    if (!(present?.data instanceof Uint8Array) || present.data.length !== 2 * rows)
      throw damaged('it does not say which eyes are present');
    this.#present = present.data;
    this.#rows = rows;
    this.embedding = embedding;
    this.model = shard.metadata.model;
    this.precision = PRECISIONS.find((known) => known === shard.metadata.precision) ?? null;
    const names = shard.metadata.equivalents?.split(' ') ?? [];
    this.equivalents = PRECISIONS.filter((known) => names.includes(known));
  }

  /**
   * Reads a feature shard.
   *
   * @throws FeaturesError if it is missing, cut or damaged; what the store throws if it cannot be reached
   */
  static async read(store: ObjectStore, key: string): Promise<FeatureRows> {
    let content: Uint8Array;
    try {
      content = (await store.get(key)).content;
    } catch (error) {
      if (!(error instanceof ObjectNotFoundError)) throw error;
      throw new FeaturesError(`Feature shard "${key}" is missing. Screen its exams again.`);
    }
    try {
      return new FeatureRows(decodeSafetensors(content), key);
    } catch (error) {
      if (!(error instanceof MalformedTensorsError)) throw error;
      throw new FeaturesError(
        `Feature shard "${key}" is damaged: ${error.message}. Screen its exams again.`,
        { cause: error },
      );
    }
  }

  /** @returns `null` if the shard has no such row */
  exam(row: number): ExamFeatures | null {
    if (row >= this.#rows) return null;
    const [leftVisual, rightVisual, left, right, patient] = this.#matrices.map((matrix) =>
      matrix.subarray(row * this.embedding, (row + 1) * this.embedding),
    );
    if (!leftVisual || !rightVisual || !left || !right || !patient) return null;
    const eye = (side: 0 | 1, visual: Float32Array, mapped: Float32Array): EyeFeatures | null =>
      this.#present[2 * row + side] === 1 ? { visual, mapped } : null;
    return { left: eye(0, leftVisual, left), right: eye(1, rightVisual, right), patient };
  }
}
