/** Least percentages of a folder. */
interface Thresholds {
  readonly statements: number;
  readonly branches: number;
  readonly functions: number;
}

/**
 * What the tests reach of each folder, rounded down; raise a figure when it is exceeded, and lower none. What runs in child
 * processes is not counted.
 */
export const THRESHOLDS: Readonly<Record<string, Thresholds>> = {
  'aws/**/*.ts': { statements: 0, branches: 0, functions: 0 },
  'bin/**/*.ts': { statements: 0, branches: 0, functions: 0 },
  'cli/**/*.ts': { statements: 0, branches: 0, functions: 0 },
  'core/**/*.ts': { statements: 0, branches: 0, functions: 0 },
  'decoding/**/*.ts': { statements: 0, branches: 0, functions: 0 },
  'functions/**/*.ts': { statements: 0, branches: 0, functions: 0 },
  'gpu-worker/**/*.ts': { statements: 0, branches: 0, functions: 0 },
  'lib/**/*.ts': { statements: 0, branches: 0, functions: 0 },
  'local/**/*.ts': { statements: 0, branches: 0, functions: 0 },
  'model/**/*.ts': { statements: 0, branches: 0, functions: 0 },
  'phantoms/**/*.ts': { statements: 0, branches: 0, functions: 0 },
  'rescore-worker/**/*.ts': { statements: 0, branches: 0, functions: 0 },
};
