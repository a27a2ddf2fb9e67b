import { join } from 'node:path';

/** Folder of the project: sources, package.json and lock file. */
export const PROJECT_ROOT = join(import.meta.dirname, '..');
