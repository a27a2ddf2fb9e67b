import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Name of a result in its set's folder. */
export const BENCHMARK_FILE = 'benchmark.json';

const count = z.number().int().nonnegative();
const number = z.number().nullable();
const figureSchema = z.object({ value: number, low: number, high: number, reason: z.string().optional() });

/** Figures of one model on one set. */
const benchmarkResultSchema = z.object({
  format: z.literal(1),
  notice: z.string(),
  set: z.string(),
  title: z.string(),
  protocol: z.literal('linear'),
  model: z.object({ id: z.string(), name: z.string(), trained: z.boolean() }),
  feature: z.string(),
  layout: z.string(),
  cases: z.object({ train: count, validation: count, test: count }),
  /** Photographs that were left out. */
  unreadable: z.array(z.object({ file: z.string(), reason: z.string() })),
  featuresReused: z.boolean(),
  /** Selected on validation, among those tried. */
  penalty: z.number(),
  tried: z.array(z.object({ penalty: z.number(), auroc: number, averagePrecision: number })),
  validation: z.object({ auroc: number, averagePrecision: number }),
  test: z.object({
    auroc: figureSchema,
    averagePrecision: figureSchema,
    quadraticKappa: figureSchema.nullable(),
  }),
  remarks: z.array(z.string()),
  madeAt: z.string(),
});

export type BenchmarkResult = Readonly<z.infer<typeof benchmarkResultSchema>>;

/** Results of earlier runs in a folder, of all sets. Other files are passed over. */
export async function resultsIn(out: string): Promise<BenchmarkResult[]> {
  const folders = await readdir(out).catch(() => []);
  const found = await Promise.all(
    folders.sort().map(async (name) => {
      const text = await readFile(join(out, name, BENCHMARK_FILE), 'utf8').catch(() => undefined);
      if (text === undefined) return [];
      try {
        const parsed = benchmarkResultSchema.safeParse(JSON.parse(text));
        return parsed.success ? [parsed.data] : [];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}

/** What must stand beside the figures. */
export const PROTOCOL_NOTES: readonly string[] = [
  'Linear protocol: a linear head on frozen features, fitted on train; its penalty selected on validation; test measured once.',
  'AUROC and AUPR: means over classes (one against the rest) or labels, 95 % intervals by bootstrap over patients. Kappa: quadratic weights.',
  'The reference scripts of RET-CLIP report the best epoch by its test figures: theirs are no fair comparison, and somewhat too high by it.',
];
