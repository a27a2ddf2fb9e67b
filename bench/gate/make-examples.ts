import { globSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Example, Share } from './examples.ts';
import { allPhotographs, type Photograph } from './photographs.ts';

export interface ExampleOptions {
  readonly fundus: string;
  readonly others: readonly string[];
  readonly seed: string;
  readonly threads: number;
  /** How many of the sixteen parts are made: each is a sample of all. */
  readonly shares?: number;
  readonly onShare?: (index: number, examples: readonly Example[]) => void;
  /** Share of ODIR's photographs without a keyword about quality that teach; of the other, smaller sets four times that. */
  readonly portion: number;
}

/** Photographs of other things below folders: larger than icons. */
export function otherPictures(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    globSync('**/*.{jpg,jpeg,png,webp}', { cwd: folder })
      .sort()
      .map((name) => join(folder, name)),
  );
}

function teaches(one: Photograph, index: number, portion: number): boolean {
  if (one.kept) return false;
  if (one.said === 'opaque' || one.said === 'cataract' || one.said === 'low-quality') return true;
  return (index * 0.6180339887) % 1 < portion * (one.set === 'odir' ? 1 : 4);
}

function inThread(share: Share): Promise<Example[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./examples.ts', import.meta.url), { workerData: share });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** Every example to teach by: the same for the same seed, on any number of threads. */
export async function allExamples(options: ExampleOptions): Promise<Example[]> {
  const photographs = allPhotographs(options.fundus).filter((one, index) =>
    teaches(one, index, options.portion),
  );
  const others = otherPictures(options.others);
  const shares = 16;
  const parts = Array.from({ length: shares }, (_, part): Share => {
    const own = <Item>(items: readonly Item[]) => items.filter((_item, index) => index % shares === part);
    return {
      ...{ photographs: own(photographs), others: own(others), seed: options.seed, spoiled: 2 },
      ...{ drawnEyes: own(Array.from({ length: 64 }, (_eye, index) => index)), things: 50 },
    };
  });
  const made: Example[][] = [];
  const waiting = parts.slice(0, options.shares ?? shares).entries();
  const thread = async () => {
    for (const [index, share] of waiting) {
      made[index] = await inThread(share);
      options.onShare?.(index, made[index] ?? []);
    }
  };
  await Promise.all(Array.from({ length: options.threads }, thread));
  return made.flat();
}
