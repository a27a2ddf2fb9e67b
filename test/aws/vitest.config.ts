import { defineConfig } from 'vitest/config';

/** Tests that need the AWS emulator from PyPI: `npm run test:aws`. */
export default defineConfig({
  test: {
    include: ['test/aws/**/*.emulated.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
