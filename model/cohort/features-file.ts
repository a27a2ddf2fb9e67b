import { z } from 'zod';
import { PRECISIONS } from '../../core/activation/precisions.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import { FEATURE_TENSORS, type FeatureTensor, PRESENT_TENSOR } from '../../core/features/feature-tensors.ts';
import { featureDimensions, type HeadFeature } from '../../core/heads/head.ts';
import { RandomAccessFile } from '../checkpoint/random-access-file.ts';
import { SafetensorsArchive } from '../checkpoint/safetensors.ts';
import { CohortError } from '../errors.ts';
import {
  type CohortExam,
  type EyeState,
  eyeStateSchema,
  FEATURES_FORMAT,
  type FeaturesOrigin,
} from './features-layout.ts';

/** Elements read at once: 16 MB. */
const PART = 2 ** 22;

const metadataSchema = z.object({
  format: z.literal(FEATURES_FORMAT),
  model: z.string().regex(/^[0-9a-f]{64}$/),
  preprocessing: z.string(),
  trained: z.enum(['true', 'false']),
  /** Left out by former releases. */
  precision: z.enum(PRECISIONS).optional(),
  equivalents: z
    .string()
    .transform((names) => names.split(' ').filter((name) => name !== ''))
    .pipe(z.array(z.enum(PRECISIONS)))
    .default([]),
  exams: z.string(),
  quality: z.string().optional(),
});
const examsSchema = z.array(z.tuple([z.string(), z.string()]));
const qualitySchema = z.array(z.tuple([eyeStateSchema, eyeStateSchema]));
type QualityColumn = Readonly<z.infer<typeof qualitySchema>>;

/** A row to read: an exam's, or one eye's of it. */
export interface CohortRow {
  /** Row of the file. */
  readonly row: number;
  /** `null` for a feature of the whole exam. */
  readonly eye: Laterality | null;
}

/** A file of a cohort's features. Opening reads names and presence only. */
export class FeaturesFile {
  readonly path: string;
  readonly origin: FeaturesOrigin;
  readonly embedding: number;
  /** One for each row. */
  readonly exams: readonly CohortExam[];
  readonly #archive: SafetensorsArchive;
  readonly #present: Float32Array;
  readonly #states: QualityColumn | null;

  private constructor(
    archive: SafetensorsArchive,
    origin: FeaturesOrigin,
    rows: {
      readonly exams: readonly CohortExam[];
      readonly present: Float32Array;
      readonly states: QualityColumn | null;
      readonly embedding: number;
    },
  ) {
    this.path = archive.path;
    this.#archive = archive;
    this.origin = origin;
    this.exams = rows.exams;
    this.#present = rows.present;
    this.#states = rows.states;
    this.embedding = rows.embedding;
  }

  /**
   * @throws UnreadableFileError if it is cut or not a safetensors file
   * @throws CohortError if it holds anything but a cohort's features
   */
  static async open(path: string): Promise<FeaturesFile> {
    const file = await RandomAccessFile.open(path);
    try {
      return await FeaturesFile.#read(await SafetensorsArchive.open(file));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  static async #read(archive: SafetensorsArchive): Promise<FeaturesFile> {
    const { path, tensors, metadata } = archive;
    const parsed = metadataSchema.safeParse(metadata);
    if (!parsed.success) {
      throw new CohortError(
        `"${path}" is no features file of a cohort. Make one: retclip heads embed DIR --model BUNDLE --out features.safetensors`,
      );
    }
    const { model, preprocessing, trained, precision = null, equivalents } = parsed.data;
    const exams = examNames(parsed.data.exams, path);
    const embedding = tensors.get('patient')?.shape[1] ?? 0;
    for (const name of FEATURE_TENSORS) refuseShape(archive, name, [exams.length, embedding]);
    refuseShape(archive, PRESENT_TENSOR, [exams.length, 2]);
    const present = await archive.read(PRESENT_TENSOR);
    const states =
      parsed.data.quality === undefined ? null : statesOf(parsed.data.quality, exams.length, path);
    return new FeaturesFile(
      archive,
      { model, preprocessing, trained: trained === 'true', precision, equivalents },
      { exams, present, states, embedding },
    );
  }

  /** Whether an exam has a readable photograph of an eye. */
  hasEye(row: number, eye: Laterality): boolean {
    return this.#present[2 * row + (eye === 'left' ? 0 : 1)] === 1;
  }

  /** Whether the quality gate has looked at the photographs. */
  get isJudged(): boolean {
    return this.#states !== null;
  }

  /**
   * What the quality gate says of an eye.
   *
   * @throws CohortError if it was not asked: the file is of a release before
   */
  eyeState(row: number, eye: Laterality): EyeState {
    if (this.#states !== null) return this.#states[row]?.[eye === 'left' ? 0 : 1] ?? null;
    throw new CohortError(
      `Features file "${this.path}" does not say which eyes are gradable. Embed the photographs again: retclip heads embed DIR --model BUNDLE --out NEW.safetensors`,
    );
  }

  /**
   * Reads one feature of some rows.
   *
   * @returns float32 [rows, dimensions], in the order asked for
   * @throws CohortError naming the exam whose features are not numbers
   */
  async read(feature: HeadFeature, rows: readonly CohortRow[]): Promise<Float32Array<ArrayBuffer>> {
    const dimensions = featureDimensions(feature, this.embedding);
    const result = new Float32Array(rows.length * dimensions);
    const wanted = Map.groupBy(rows.keys(), (index) => rows[index]?.row ?? 0) as ReadonlyMap<
      number,
      readonly number[]
    >;
    for (const tensor of tensorsOf(feature)) {
      await this.#eachRow(tensor, (row, values) => {
        for (const index of wanted.get(row) ?? []) {
          for (const channel of this.#channels(feature, tensor, rows[index])) {
            result.set(values, index * dimensions + channel);
          }
        }
      });
    }
    return result;
  }

  /** From which channels on a tensor's row stands in a feature; nowhere if it is not part of it. */
  #channels(feature: HeadFeature, tensor: FeatureTensor, wanted: CohortRow | undefined): number[] {
    if (wanted === undefined) return [];
    if (feature === 'visual') return tensor === `${wanted.eye}_visual` ? [0] : [];
    if (feature !== 'pair') return [0];
    const [eye, other, begin, beginOther] =
      tensor === 'left_visual'
        ? (['left', 'right', 0, this.embedding] as const)
        : (['right', 'left', this.embedding, 0] as const);
    if (!this.hasEye(wanted.row, eye)) return [];
    return this.hasEye(wanted.row, other) ? [begin] : [begin, beginOther];
  }

  async #eachRow(tensor: FeatureTensor, use: (row: number, values: Float32Array) => void): Promise<void> {
    const { embedding, exams } = this;
    const step = Math.max(1, Math.floor(PART / embedding));
    for (let first = 0; first < exams.length; first += step) {
      const count = Math.min(step, exams.length - first);
      const part = await this.#archive.readPart(tensor, first * embedding, count * embedding);
      for (let row = 0; row < count; row += 1) {
        const values = part.subarray(row * embedding, (row + 1) * embedding);
        if (!values.every(Number.isFinite)) this.#refuseNumbers(first + row, tensor);
        use(first + row, values);
      }
    }
  }

  #refuseNumbers(row: number, tensor: FeatureTensor): never {
    const { patient, exam } = this.exams[row] ?? { patient: '?', exam: '?' };
    throw new CohortError(
      `"${tensor}" of patient ${patient}, exam ${exam} in "${this.path}" is not finite (NaN or infinite). Embed its photographs again.`,
    );
  }

  close(): Promise<void> {
    return this.#archive.close();
  }
}

function tensorsOf(feature: HeadFeature): readonly FeatureTensor[] {
  return feature === 'visual' || feature === 'pair' ? ['left_visual', 'right_visual'] : [feature];
}

function refuseShape(archive: SafetensorsArchive, name: string, expected: readonly number[]): void {
  const shape = archive.tensors.get(name)?.shape;
  if (shape !== undefined && shape.join() === expected.join() && !expected.includes(0)) return;
  throw new CohortError(
    `Features file "${archive.path}" has ${shape === undefined ? 'no' : `[${shape.join(', ')}] as`} tensor "${name}" where [${expected.join(', ')}] is needed.`,
  );
}

/** `undefined` if it is not JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function statesOf(text: string, exams: number, path: string): QualityColumn {
  const parsed = qualitySchema.safeParse(parsedJson(text));
  if (parsed.success && parsed.data.length === exams) return parsed.data;
  throw new CohortError(
    `Features file "${path}" does not say of each of its ${exams} exams which eyes are gradable. Embed its photographs again.`,
  );
}

function examNames(text: string, path: string): CohortExam[] {
  const parsed = examsSchema.safeParse(parsedJson(text));
  if (!parsed.success) throw new CohortError(`Features file "${path}" does not name its exams.`);
  const exams = parsed.data.map(([patient, exam]) => ({ patient, exam }));
  const names = new Set<string>();
  for (const { patient, exam } of exams) {
    const name = JSON.stringify([patient, exam]);
    if (names.has(name)) throw new CohortError(`Patient ${patient}, exam ${exam} stands twice in "${path}".`);
    names.add(name);
  }
  return exams;
}
