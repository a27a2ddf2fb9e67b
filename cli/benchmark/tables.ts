import { type BenchmarkResult, PROTOCOL_NOTES } from '../../model/benchmarks/benchmark-result.ts';
import type { BenchmarkSet } from '../../model/benchmarks/benchmark-set.ts';
import { figureText } from '../../model/evaluation/figure-text.ts';
import { colours as pc } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';

function share(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}

/** Sets, in the paper's order, and how their files must lie. */
export function listText(sets: readonly BenchmarkSet[]): string {
  const rows = sets.map(({ name, title, classes, sizes, feature, what }) => [
    name,
    title,
    classes.length,
    sizes === null ? 'not published' : `${sizes.train} / ${sizes.validation} / ${sizes.test}`,
    feature,
    what,
  ]);
  const overview = terminalTable(
    ['name', 'set', 'classes', 'train / validation / test', 'read', 'what'],
    rows,
  );
  const layouts = sets.flatMap(({ name, publisher, splitBy, layouts: all }) => [
    `${pc.bold(name)}: data from ${publisher}; split: ${splitBy}`,
    ...all.map(({ pattern }) => `  ${pattern}`),
  ]);
  return [overview, '', ...layouts].join('\n');
}

/** Results of one model as the paper prints them, in its order of sets, with what must be said beside them. */
export function resultsText(results: readonly BenchmarkResult[], sets: readonly BenchmarkSet[]): string {
  const titles = ['set', 'test cases', 'AUROC (95 %)', 'AUPR (95 %)', 'kappa', 'validation AUROC / AUPR'];
  const place = ({ set }: BenchmarkResult): number => sets.findIndex(({ name }) => name === set);
  const sorted = results.toSorted((a, b) => place(a) - place(b));
  const rows = sorted.map(({ title, cases, test, validation }) => [
    title,
    cases.test,
    figureText(test.auroc),
    figureText(test.averagePrecision),
    test.quadraticKappa === null ? '' : figureText(test.quadraticKappa),
    `${share(validation.auroc)} / ${share(validation.averagePrecision)}`,
  ]);
  const [first] = sorted;
  return [
    ...(first === undefined ? [] : [`${pc.bold(first.model.name)} ${pc.dim(first.model.id.slice(0, 12))}`]),
    terminalTable(titles, rows),
    ...(first?.model.trained === false
      ? [pc.yellow('The model is UNTRAINED: these are the figures of random features.')]
      : []),
    ...sorted.flatMap(({ title, remarks }) => remarks.map((remark) => pc.yellow(`${title}: ${remark}`))),
    ...PROTOCOL_NOTES,
    ...(first === undefined ? [] : [first.notice]),
  ].join('\n');
}
