import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { reasonOf } from '../../core/errors.ts';
import type { ExamFeatures } from '../../core/exams/exam-features.ts';
import {
  FEATURE_TENSORS,
  type FeatureTensor,
  PRESENT_TENSOR,
  rowsOf,
} from '../../core/features/feature-tensors.ts';
import { safetensorsHeader } from '../../core/tensors/safetensors.ts';
import { CohortError } from '../errors.ts';
import { type CohortExam, type ExamStates, FEATURES_FORMAT, type FeaturesOrigin } from './features-layout.ts';

/** Rows gathered into one block of memory. */
const BLOCK_ROWS = 512;

/**
 * Gathers the features of exams and writes them as one safetensors file. Until then they are in memory: 10 KB for an
 * exam of 512 channels.
 *
 * @example
 * const collection = new FeatureCollection(128);
 * collection.add({ patient: 'P1', exam: '1' }, features);
 * await collection.write('features.safetensors', originOf(bundle, 'fp32'));
 */
export class FeatureCollection {
  readonly embedding: number;
  readonly #exams: CohortExam[] = [];
  readonly #present: number[] = [];
  readonly #states: ExamStates[] = [];
  #withFeatures = 0;
  readonly #blocks = new Map<FeatureTensor, Float32Array[]>(FEATURE_TENSORS.map((name) => [name, []]));

  constructor(embedding: number) {
    this.embedding = embedding;
  }

  /** Exams with features. */
  get exams(): number {
    return this.#withFeatures;
  }

  /**
   * @param features of `null` nothing is known but the states of its eyes: no photograph of it can be read
   * @param states what the quality gate says; for all exams or for none
   */
  add({ patient, exam }: CohortExam, features: ExamFeatures | null, states?: ExamStates): void {
    const row = this.#exams.length % BLOCK_ROWS;
    const rows = features && rowsOf(features);
    for (const [name, blocks] of this.#blocks) {
      if (row === 0) blocks.push(new Float32Array(BLOCK_ROWS * this.embedding));
      if (rows !== null) blocks.at(-1)?.set(rows[name], row * this.embedding);
    }
    this.#exams.push({ patient, exam });
    this.#withFeatures += features === null ? 0 : 1;
    this.#present.push(features?.left ? 1 : 0, features?.right ? 1 : 0);
    if (states !== undefined) this.#states.push(states);
  }

  /**
   * Writes the file; it appears when everything is in it, or not at all.
   *
   * @throws CohortError if the file is there already or cannot be written
   */
  async write(path: string, origin: FeaturesOrigin): Promise<void> {
    const temporary = `${path}.${process.pid}.part`;
    await refuseExisting(path);
    try {
      const file = await open(temporary, 'wx');
      try {
        await this.#writeTo(file, origin);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw new CohortError(
        `Features file "${path}" cannot be written: ${reasonOf(error)}. Nothing of it was kept.`,
        { cause: error },
      );
    }
  }

  async #writeTo(file: FileHandle, origin: FeaturesOrigin): Promise<void> {
    const rows = this.#exams.length;
    const matrices = FEATURE_TENSORS.map((name) => ({ name, type: 'F32', shape: [rows, this.embedding] }));
    const present = { name: PRESENT_TENSOR, type: 'U8', shape: [rows, 2] };
    const header = safetensorsHeader([...matrices, present], {
      format: FEATURES_FORMAT,
      model: origin.model,
      preprocessing: origin.preprocessing,
      trained: String(origin.trained),
      ...(origin.precision === null ? {} : { precision: origin.precision }),
      equivalents: origin.equivalents.join(' '),
      exams: JSON.stringify(this.#exams.map(({ patient, exam }) => [patient, exam])),
      ...(this.#states.length === rows
        ? { quality: JSON.stringify(this.#states.map(({ left, right }) => [left, right])) }
        : {}),
    });
    await file.writeFile(header);
    for (const name of FEATURE_TENSORS) {
      for (const [index, block] of (this.#blocks.get(name) ?? []).entries()) {
        const count = Math.min(BLOCK_ROWS, rows - index * BLOCK_ROWS);
        await file.writeFile(new Uint8Array(block.buffer, 0, count * this.embedding * 4));
      }
    }
    await file.writeFile(Uint8Array.from(this.#present));
  }
}

/** @throws CohortError if something lies there */
export async function refuseExisting(path: string): Promise<void> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new CohortError(`"${path}" cannot be written to: ${error.message}`, { cause: error });
  });
  if (handle === undefined) return;
  await handle.close();
  throw new CohortError(`"${path}" is there already. Name a new file, or remove that one first.`);
}
