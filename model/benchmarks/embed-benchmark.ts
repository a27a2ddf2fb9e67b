import { rm } from 'node:fs/promises';
import type { Bundle } from '../bundle/open-bundle.ts';
import { embedCohort, FeaturesFile, originOf, type UnreadableImage } from '../cohort/index.ts';
import type { Precision } from '../onnx/layers.ts';
import { type BenchmarkCase, SPLITS, type Split } from './benchmark-set.ts';
import { BenchmarkError } from './errors.ts';
import type { Benchmark } from './load-benchmark.ts';

/** Features of one split's cases. */
export interface SplitFeatures {
  readonly cases: readonly BenchmarkCase[];
  /** float32 [cases, dimensions] */
  readonly features: Float32Array;
}

/** Features of a whole set. */
export interface BenchmarkFeatures {
  readonly splits: Readonly<Record<Split, SplitFeatures>>;
  /** Photographs that were left out. */
  readonly unreadable: readonly UnreadableImage[];
  /** Whether they were computed in an earlier run, by the same model of the same cases. */
  readonly reused: boolean;
}

export interface EmbedBenchmarkOptions {
  readonly precision: Precision;
  /** Where the features are kept, for the next run. */
  readonly file: string;
  readonly onProgress?: (cases: number) => void;
}

/** @returns `undefined` where there is none, or it holds other cases, or another model's or precision's features */
async function earlierFeatures(
  file: string,
  benchmark: Benchmark,
  bundle: Bundle,
  precision: Precision,
): Promise<FeaturesFile | undefined> {
  const features = await FeaturesFile.open(file).catch(() => undefined);
  if (features === undefined) return undefined;
  const names = new Set(benchmark.cases.map(({ name }) => name));
  const isSame =
    features.origin.model === bundle.manifest.id &&
    features.origin.precision === precision &&
    features.exams.length === names.size &&
    features.exams.every(({ exam }) => names.has(exam));
  if (isSame) return features;
  await features.close();
  return undefined;
}

async function readSplits(
  features: FeaturesFile,
  { set, cases, folder }: Benchmark,
): Promise<BenchmarkFeatures['splits']> {
  const byName = new Map(cases.map((one) => [one.name, one]));
  const splits: Partial<Record<Split, SplitFeatures>> = {};
  for (const split of SPLITS) {
    const rows = features.exams.flatMap(({ exam }, row) => {
      const found = byName.get(exam);
      return found?.split === split
        ? [{ row, eye: set.feature === 'pair' ? null : ('left' as const), found }]
        : [];
    });
    if (rows.length === 0) {
      throw new BenchmarkError(
        `No photograph in split ${split} of "${folder}" can be read: they are damaged, or no photographs.`,
      );
    }
    splits[split] = {
      cases: rows.map(({ found }) => found),
      features: await features.read(set.feature, rows),
    };
  }
  return splits as BenchmarkFeatures['splits'];
}

/**
 * Computes the features of a set's photographs, and keeps them in a file. Photographs that cannot be read are left out
 * and named.
 *
 * @throws BenchmarkError if no photograph of a split can be read
 */
export async function embedBenchmark(
  bundle: Bundle,
  benchmark: Benchmark,
  { precision, file, onProgress }: EmbedBenchmarkOptions,
): Promise<BenchmarkFeatures> {
  const earlier = await earlierFeatures(file, benchmark, bundle, precision);
  if (earlier !== undefined) {
    const splits = await readSplits(earlier, benchmark).finally(() => earlier.close());
    return { splits, unreadable: [], reused: true };
  }
  const photographs = benchmark.cases.map(({ name, patient, left, right }) => ({
    patient,
    exam: name,
    left,
    right,
  }));
  const { collection, unreadable } = await embedCohort(bundle, photographs, { precision, onProgress });
  await rm(file, { force: true });
  await collection.write(file, originOf(bundle, precision));
  const features = await FeaturesFile.open(file);
  const splits = await readSplits(features, benchmark).finally(() => features.close());
  return { splits, unreadable, reused: false };
}
