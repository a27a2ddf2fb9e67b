import { join } from 'node:path';
import { type BenchmarkCase, type BenchmarkSet, type Layout, SPLITS, type Split } from './benchmark-set.ts';
import { BenchmarkError } from './errors.ts';
import { isFolder, sortedEntries } from './layouts/folders.ts';

/** A set as it lies on this disk. */
export interface Benchmark {
  readonly set: BenchmarkSet;
  readonly folder: string;
  readonly layout: string;
  readonly cases: readonly BenchmarkCase[];
  readonly sizes: Readonly<Record<Split, number>>;
  /** What a reader of the figures should know: other sizes than published. */
  readonly remarks: readonly string[];
}

async function fitting(folder: string, layouts: readonly Layout[]): Promise<Layout | undefined> {
  // The most telling first: folders of classes, then what is told by the names of files.
  for (const layout of layouts) if (await layout.fits(folder)) return layout;
  return undefined;
}

/** The folder itself, or the only folder in it: an archive unpacked into a folder of its own. */
async function find(folder: string, set: BenchmarkSet): Promise<{ folder: string; layout: Layout }> {
  const layout = await fitting(folder, set.layouts);
  if (layout !== undefined) return { folder, layout };
  const entries = (await sortedEntries(folder)).filter((name) => name !== '__MACOSX');
  const inner = entries.map((name) => join(folder, name));
  for (const candidate of inner.length > 20 ? [] : inner) {
    const found = (await isFolder(candidate)) ? await fitting(candidate, set.layouts) : undefined;
    if (found !== undefined) return { folder: candidate, layout: found };
  }
  throw new BenchmarkError(
    [
      `"${folder}" is not laid out as ${set.title} is published. It holds ${entries.slice(0, 8).join(', ') || 'nothing'}${entries.length > 8 ? ', …' : ''}.`,
      `Expected: ${set.layouts.map(({ pattern }) => pattern).join('; or ')}.`,
      `The data are had from ${set.publisher}, the split: ${set.splitBy}.`,
    ].join(' '),
  );
}

function refuseTornPatients(cases: readonly BenchmarkCase[], folder: string): void {
  const splits = new Map<string, Split>();
  const torn = cases.filter(({ patient, split }) => {
    const known = splits.get(patient);
    splits.set(patient, known ?? split);
    return known !== undefined && known !== split;
  });
  if (torn.length === 0) return;
  const named = [...new Set(torn.map(({ patient }) => patient))].slice(0, 5).join(', ');
  throw new BenchmarkError(
    `"${folder}" has patients in two splits (${named}): what is learned from a patient must not be judged by the same. Keep each in one.`,
  );
}

/**
 * Finds a set's photographs, labels and splits on disk. No photograph is opened.
 *
 * @throws BenchmarkError naming what is missing, or what the layout should be
 * @example
 * const { cases } = await loadBenchmark(IDRID, 'data/IDRiD_data');
 */
export async function loadBenchmark(set: BenchmarkSet, folder: string): Promise<Benchmark> {
  if (!(await isFolder(folder))) throw new BenchmarkError(`There is no folder "${folder}".`);
  const found = await find(folder, set);
  const cases = await found.layout.read(found.folder, set);
  refuseTornPatients(cases, found.folder);
  const sizes = { train: 0, validation: 0, test: 0 };
  for (const { split } of cases) sizes[split] += 1;
  const empty = SPLITS.filter((split) => sizes[split] === 0);
  if (empty.length > 0) {
    throw new BenchmarkError(`"${found.folder}" has no photographs in its split ${empty.join(' and ')}.`);
  }
  const remarks = SPLITS.flatMap((split) => {
    const published = set.sizes?.[split];
    return published === undefined || published === sizes[split]
      ? []
      : [
          `${split} has ${sizes[split]} cases where ${published} are published: do not set its figures beside others'.`,
        ];
  });
  return { set, folder: found.folder, layout: found.layout.pattern, cases, sizes, remarks };
}
