import { defineConfig } from 'vitest/config';

/** The reading room in a browser, over a system that runs: one after the other, since all share its queue of work. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.browser.ts'],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    pool: 'forks',
    fileParallelism: false,
  },
});
