import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SPLITS } from '../../model/benchmarks/benchmark-set.ts';
import { loadBenchmark } from '../../model/benchmarks/load-benchmark.ts';
import { runBenchmark } from '../../model/benchmarks/run-benchmark.ts';
import { ODIR } from '../../model/benchmarks/sets/odir.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { sharedData } from '../shared-data.ts';

const odir = sharedData('data/fundus/odir5k_256', 'the benchmark on real photographs');
const FLAGS = ['N', 'D', 'G', 'C', 'A', 'H', 'M', 'O'];
const SIZES = { train: 60, validation: 24, test: 24 };

describe.skipIf(odir === undefined)('the benchmark on a few of the patients of ODIR', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'odir-'));
    const text = await readFile(join(odir ?? '', 'labels.csv'), 'utf8');
    const rows = z.array(z.record(z.string(), z.string())).parse(parse(text, { columns: true }));
    const groups = new Set<string>();
    const chosen = rows
      .filter((row) => {
        const isNew = row.has_pair === '1' && !groups.has(row.group ?? '');
        if (isNew) groups.add(row.group ?? '');
        return isNew;
      })
      .slice(0, SIZES.train + SIZES.validation + SIZES.test);
    const splits = SPLITS.flatMap((split) => Array.from({ length: SIZES[split] }, () => split));
    const lines = chosen.map((row, index) =>
      [
        ...[row.id, row.group, row.left_image, row.right_image, splits[index]],
        ...FLAGS.map((flag) => row[flag]),
      ].join(','),
    );
    const header = `ID,group,Left-Fundus,Right-Fundus,split,${FLAGS.join(',')}`;
    await writeFile(join(folder, 'labels.csv'), `${[header, ...lines].join('\n')}\n`);
    await symlink(join(odir ?? '', 'images'), join(folder, 'images'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('fits on train, selects on validation, and measures every label that test has', async () => {
    const bundle = await openBundle('bundles/default', { text: false });
    const precision = bundle.manifest.variants.int8 === undefined ? 'fp32' : 'int8';
    const benchmark = await loadBenchmark(ODIR, folder);
    const out = join(folder, 'out');
    const { result, unreadable } = await runBenchmark(bundle, benchmark, {
      ...{ precision, out, resamples: 50, seed: 1 },
    });
    expect(unreadable).toEqual([]);
    expect(result.cases).toEqual(SIZES);
    const { value, low, high } = result.test.auroc;
    expect(value).toBeGreaterThan(0);
    expect(low).toBeLessThan(value ?? 0);
    expect(high).toBeGreaterThan(value ?? 1);
    const report = JSON.parse(await readFile(join(out, 'odir', 'evaluation.json'), 'utf8'));
    for (const label of report.whole.labels) {
      const known = label.positives > 0 && label.positives < SIZES.test;
      expect(label.figures.auroc.value === null, label.name).toBe(!known);
    }
    expect(await readFile(join(out, 'odir', 'index.html'), 'utf8')).toContain('Research use only');
  });
});
