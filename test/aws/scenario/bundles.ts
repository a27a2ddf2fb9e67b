import { join } from 'node:path';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';

/** The bundle that comes with the project. */
export const DEFAULT_BUNDLE = join(PROJECT_ROOT, 'bundles/default');
