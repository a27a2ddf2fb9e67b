import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../../../core/errors.ts';
import { EvaluationError } from '../errors.ts';
import { reliabilityPlot } from '../plots/reliability-plot.ts';
import { rocPlot } from '../plots/roc-plot.ts';
import { markdownReport } from './markdown.ts';
import { pageReport } from './page.ts';
import type { EvaluationReport } from './report.ts';

/** Files of a report, by their place in its folder. */
export function reportFiles(report: EvaluationReport): Readonly<Record<string, string>> {
  const plots = report.whole.labels.flatMap((label) =>
    Object.entries({ roc: rocPlot(label), reliability: reliabilityPlot(label) }).flatMap(([kind, svg]) =>
      svg === null ? [] : [[join('plots', `${kind}-${label.name}.svg`), svg] as const],
    ),
  );
  return {
    'evaluation.json': `${JSON.stringify(report, null, 1)}\n`,
    'evaluation.md': markdownReport(report),
    'index.html': pageReport(report),
    ...Object.fromEntries(plots),
  };
}

/**
 * Writes a report: `evaluation.json`, `evaluation.md`, the page `index.html` and every plot as SVG. Each file appears
 * whole or not at all; a report that is there already is replaced.
 *
 * @returns names of the files
 * @throws EvaluationError if they cannot be written
 */
export async function writeReport(folder: string, report: EvaluationReport): Promise<string[]> {
  const files = reportFiles(report);
  try {
    await mkdir(join(folder, 'plots'), { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      const file = join(folder, name);
      await writeFile(`${file}.part`, content);
      await rename(`${file}.part`, file);
    }
  } catch (error) {
    throw new EvaluationError(
      `The report cannot be written to "${folder}": ${reasonOf(error)}. Free space or name another folder with --out.`,
      { cause: error },
    );
  }
  return Object.keys(files);
}
