import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXPORT_FORMATS } from '../cli/export/encoder.ts';
import { ExportFile } from '../cli/export/export-file.ts';
import { exportResults } from '../cli/export/export-results.ts';
import { resultPages } from '../cli/export/testing/result-lines.ts';

/**
 * Exports made-up results, with the API left out, and prints rate, size and memory:
 *
 *     node bench/export.ts [exams]
 */
const exams = Number(process.argv[2] ?? 100_000);
const folder = await mkdtemp(join(tmpdir(), 'bench-export-'));
try {
  for (const format of EXPORT_FORMATS) {
    const target = await ExportFile.open(join(folder, `exams.${format}`), format, true);
    const began = performance.now();
    let peak = 0;
    const { rows, bytes } = await exportResults({
      format,
      rows: 'finding',
      dialect: 'plain',
      target,
      page: resultPages(exams, 500),
      onProgress: () => {
        peak = Math.max(peak, process.memoryUsage.rss());
      },
    });
    const seconds = (performance.now() - began) / 1000;
    process.stdout.write(
      `${JSON.stringify({
        format,
        exams,
        rows,
        megabytes: Math.round(bytes / 1e6),
        seconds: Number(seconds.toFixed(1)),
        examsPerSecond: Math.round(exams / seconds),
        peakResidentMegabytes: Math.round(peak / 1e6),
      })}\n`,
    );
  }
} finally {
  await rm(folder, { recursive: true });
}
