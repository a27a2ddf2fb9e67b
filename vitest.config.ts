import { statfsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** They take minutes, mostly waiting: what begins last would keep everything else waiting for it. */
const LONG = ['test/faults/', 'test/documentation/', 'test/fuzz/', 'test/package/', 'test/kill/'];

/** Begins with the files that take longest. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONG.findIndex((folder) => moduleId.includes(`/${folder}`));
      return found === -1 ? LONG.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

const MEMORY_FOLDER = '/dev/shm';
const MEMORY_BYTES = 4 * 2 ** 30;

/**
 * Tests make folders, flush every file to the disk as the product does, and remove the folders. Where the system has a
 * folder in memory, they make them there and wait for no disk: half the time of a test of the store or of a queue.
 */
function keepFoldersInMemory(): void {
  if (process.env.TMPDIR !== undefined) return;
  try {
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    if (bavail * bsize >= MEMORY_BYTES) process.env.TMPDIR = MEMORY_FOLDER;
  } catch {
    // Other systems have no such folder.
  }
}
keepFoldersInMemory();

/** Whose tests change nothing of their process for good: one process runs their files one after another. */
const SHARING = ['core/**/*.test.ts', 'functions/**/*.test.ts'];

const EXCLUDED = ['node_modules/**', 'cdk.out/**', '.cache/**'];

export default defineConfig({
  test: {
    projects: [
      // A fresh process for each file costs as much as the tests in it.
      { extends: true, test: { name: 'sharing', include: SHARING, exclude: EXCLUDED, isolate: false } },
      {
        extends: true,
        test: { name: 'apart', include: ['**/*.test.ts'], exclude: [...EXCLUDED, ...SHARING] },
      },
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Vitest leaves half of two processors idle.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
