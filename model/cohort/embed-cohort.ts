import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { Quality } from '../../core/exams/quality.ts';
import { Decoders, decodingContract, ImageError } from '../../decoding/index.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import { embedExams, type Towers } from '../embed/embed-exams.ts';
import type { Precision } from '../onnx/layers.ts';
import { FusionSession } from '../runtime/fusion-session.ts';
import { VisionSession } from '../runtime/vision-session.ts';
import type { CohortExam, ExamStates, EyeState } from './features-layout.ts';
import { FeatureCollection } from './write-features.ts';

/** One exam's photographs, by their paths. */
export interface CohortImages extends CohortExam {
  readonly left: string | null;
  readonly right: string | null;
}

/** A photograph that was left out, and why. */
export interface UnreadableImage {
  readonly path: string;
  readonly reason: string;
}

export interface EmbedCohortOptions {
  readonly precision: Precision;
  /** Exams decoded at once and given to the model together. */
  readonly batch?: number;
  readonly onProgress?: (exams: number) => void;
  /**
   * The quality gate. With it the file says of each eye whether it is gradable, and names the exams of which nothing can
   * be read.
   */
  readonly gate?: CohortGate;
}

/** A quality gate, as it runs in the processes that decode. */
export interface CohortGate {
  /** Of the module that gives a {@link Quality} for the squares of a photograph. */
  readonly module: URL;
  /** Sides of the squares that it looks at, the model's first. */
  readonly sides: readonly number[];
}

/**
 * Computes the features of a cohort's photographs. An exam of which one eye is unreadable counts as a single eye; one
 * without a readable photograph is left out.
 *
 * @returns the features and what was left out
 */
export async function embedCohort(
  bundle: Bundle,
  exams: readonly CohortImages[],
  options: EmbedCohortOptions,
): Promise<{ readonly collection: FeatureCollection; readonly unreadable: readonly UnreadableImage[] }> {
  const { precision, gate, batch = 16, onProgress = () => undefined } = options;
  const vision = await VisionSession.load(bundle, { precision });
  const fusion = await FusionSession.load(bundle);
  const { embedding } = bundle.manifest.geometry;
  const collection = new FeatureCollection(embedding);
  const unreadable: UnreadableImage[] = [];
  const contract = decodingContract(bundle.manifest.preprocessing.id);
  const sides = gate?.sides ?? [vision.imageSize];
  const decoders = new Decoders({
    processes: Math.min(4, availableParallelism()),
    ...(gate === undefined ? {} : { finish: gate.module }),
  });
  // Files in memory: those that are decoded, and as many that wait.
  const reading = pLimit(2 * decoders.processes);

  const decode = (path: string | null): Promise<DecodedEye> =>
    reading(async () => {
      if (path === null) return { pixels: null, state: null };
      try {
        const bytes = await readFile(path);
        const { squares, finished } = await decoders.decode(bytes, { contract, sides });
        const quality = (finished as { readonly quality: Quality } | null)?.quality ?? null;
        return { pixels: squares[0] ?? null, state: quality?.reason ?? 'gradable' };
      } catch (error) {
        if (!(error instanceof ImageError) && !(error instanceof Error && 'code' in error)) throw error;
        unreadable.push({ path, reason: error.message });
        return { pixels: null, state: error instanceof ImageError ? error.reason : 'unreadable-file' };
      }
    });
  const decodeBatch = (first: number): Promise<DecodedExam[]> =>
    Promise.all(
      exams.slice(first, first + batch).map(async ({ patient, exam, left, right }) => {
        const eyes = await Promise.all([decode(left), decode(right)]);
        return { name: { patient, exam }, left: eyes[0], right: eyes[1] };
      }),
    );

  try {
    let next = decodeBatch(0);
    for (let first = 0; first < exams.length; first += batch) {
      const decoded = await next;
      // Decoded while the model works on this one.
      next = decodeBatch(first + batch);
      // Its fault shows when it is waited for; if this batch fails first, it is not.
      next.catch(() => undefined);
      const readable = decoded.filter(({ left, right }) => left.pixels !== null || right.pixels !== null);
      const isJudged = gate !== undefined;
      if (readable.length > 0) await embedBatch(readable, { vision, fusion, collection, isJudged });
      if (isJudged) {
        for (const exam of decoded)
          if (!readable.includes(exam)) collection.add(exam.name, null, statesOf(exam));
      }
      onProgress(Math.min(first + batch, exams.length));
    }
    await next;
  } finally {
    await decoders.close();
    await vision.release();
    await fusion.release();
  }
  return { collection, unreadable: unreadable.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** One eye. `pixels` is `null` where it has no photograph, or none that can be read. */
interface DecodedEye {
  readonly pixels: Uint8Array | null;
  readonly state: EyeState;
}

interface DecodedExam {
  readonly name: CohortExam;
  readonly left: DecodedEye;
  readonly right: DecodedEye;
}

function statesOf({ left, right }: DecodedExam): ExamStates {
  return { left: left.state, right: right.state };
}

interface Collecting extends Towers {
  readonly collection: FeatureCollection;
  readonly isJudged: boolean;
}

async function embedBatch(
  exams: readonly DecodedExam[],
  { collection, isJudged, ...towers }: Collecting,
): Promise<void> {
  const images = exams.map(({ left, right }) => ({ left: left.pixels, right: right.pixels }));
  const features = await embedExams(towers, images);
  exams.forEach((exam, row) => {
    collection.add(exam.name, features[row] ?? null, isJudged ? statesOf(exam) : undefined);
  });
}
