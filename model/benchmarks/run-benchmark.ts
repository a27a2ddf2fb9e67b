import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { headId } from '../../core/heads/head.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import { originOf, type UnreadableImage } from '../cohort/index.ts';
import { type EvaluationReport, evaluate, RESEARCH_USE, writeReport } from '../evaluation/index.ts';
import type { Precision } from '../onnx/layers.ts';
import { BENCHMARK_FILE, type BenchmarkResult } from './benchmark-result.ts';
import { embedBenchmark } from './embed-benchmark.ts';
import { linearProbe } from './linear-probe.ts';
import type { Benchmark } from './load-benchmark.ts';
import { scoreSplit } from './score-split.ts';

export interface RunBenchmarkOptions {
  readonly precision: Precision;
  /** Folder of the results; the set gets one of its own in it. */
  readonly out: string;
  readonly resamples: number;
  readonly seed: number;
  /** Told before each step. */
  readonly onStep?: (step: string) => void;
  readonly onProgress?: (cases: number) => void;
}

/** What a run ended with. */
export interface BenchmarkRun {
  readonly result: BenchmarkResult;
  readonly unreadable: readonly UnreadableImage[];
  readonly folder: string;
}

async function replace(file: string, content: unknown): Promise<void> {
  await writeFile(`${file}.part`, `${JSON.stringify(content, null, 1)}\n`);
  await rename(`${file}.part`, file);
}

/**
 * Runs the linear protocol on one set: embeds its photographs, fits on train, selects on validation, and measures on
 * test, once. Everything is kept in `OUT/SET`: features, head, report and `benchmark.json`.
 *
 * @throws BenchmarkError, CohortError, EvaluationError naming what is at fault
 */
export async function runBenchmark(
  bundle: Bundle,
  benchmark: Benchmark,
  options: RunBenchmarkOptions,
): Promise<BenchmarkRun> {
  const { set } = benchmark;
  const { onStep = () => undefined, resamples, seed } = options;
  const folder = join(options.out, set.name);
  await mkdir(folder, { recursive: true });
  onStep('embedding');
  const file = join(folder, 'features.safetensors');
  const embedded = await embedBenchmark(bundle, benchmark, { ...options, file });
  const { splits, unreadable, reused } = embedded;
  onStep('fitting on train, selecting on validation');
  const { id, name, preprocessing, trained } = bundle.manifest;
  const origin = originOf(bundle, options.precision);
  const probe = await linearProbe(set, embedded, origin);
  onStep('measuring on test');
  const whole = evaluate(scoreSplit(set, probe.head, splits.test), { resamples, seed });
  const madeAt = new Date().toISOString();
  const report: EvaluationReport = {
    format: 1,
    notice: RESEARCH_USE,
    madeAt,
    head: {
      ...{ name: probe.head.name, id: headId(probe.head), kind: probe.head.kind },
      ...{ feature: set.feature, trained, provenance: probe.head.provenance },
      intendedUse: probe.head.intendedUse,
    },
    model: { id, trained, preprocessing: preprocessing.id, precision: options.precision },
    cohort: {
      features: `${set.title}, test`,
      labels: basename(benchmark.folder),
      split: 'test',
      unit: set.feature === 'pair' ? 'exam' : 'eye',
      withoutFeatures: [],
      withoutLabels: 0,
      labelsWithoutTruth: [],
      labelsNotLookedFor: [],
    },
    bootstrap: { resamples, seed, confidence: 0.95 },
    whole,
    groups: [],
  };
  const validation = probe.tried.find(({ penalty }) => penalty === probe.penalty);
  const result: BenchmarkResult = {
    format: 1,
    notice: RESEARCH_USE,
    set: set.name,
    title: set.title,
    protocol: 'linear',
    model: { id, name, trained },
    feature: set.feature,
    layout: benchmark.layout,
    cases: {
      train: splits.train.cases.length,
      validation: splits.validation.cases.length,
      test: splits.test.cases.length,
    },
    unreadable: unreadable.map(({ path, reason }) => ({ file: basename(path), reason })),
    featuresReused: reused,
    penalty: probe.penalty,
    tried: [...probe.tried],
    validation: {
      auroc: validation?.auroc ?? null,
      averagePrecision: validation?.averagePrecision ?? null,
    },
    test: {
      auroc: whole.macro.auroc,
      averagePrecision: whole.macro.averagePrecision,
      quadraticKappa: whole.classes?.quadraticKappa ?? null,
    },
    remarks: [
      ...benchmark.remarks,
      ...(probe.notLearned.length === 0
        ? []
        : [`Nothing could be learned of ${probe.notLearned.join(', ')}: train has one class only.`]),
    ],
    madeAt,
  };
  await writeReport(folder, report);
  await replace(join(folder, 'head.json'), probe.head);
  await replace(join(folder, BENCHMARK_FILE), result);
  return { result, unreadable, folder };
}
