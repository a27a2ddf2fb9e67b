import { defineConfig, mergeConfig } from 'vitest/config';
import project from '../../vitest.config.ts';
import { THRESHOLDS } from './thresholds.ts';

/** Every test, with V8's coverage of what runs in the tests' own processes: `npm run coverage`. */
export default mergeConfig(
  project,
  defineConfig({
    test: {
      // V8 counts at some cost.
      testTimeout: 120_000,
      hookTimeout: 120_000,
      coverage: {
        enabled: true,
        provider: 'v8',
        include: Object.keys(THRESHOLDS),
        exclude: ['**/*.test.ts', '**/testing/**', '**/*.d.ts'],
        reporter: ['text-summary', 'json-summary', 'html'],
        reportsDirectory: 'coverage',
        thresholds: THRESHOLDS,
      },
    },
  }),
);
