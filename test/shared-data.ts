import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Finds photographs and checkpoints that lie beside the repository and may not be part of it. Tests that need them are
 * skipped where they are absent, and say so.
 *
 * @param path within the shared folder, as in `data/fundus`
 * @param what the tests that are skipped without it
 * @returns `undefined` if it is absent
 */
export function sharedData(path: string, what: string): string | undefined {
  const found = fileURLToPath(new URL(`../../shared/${path}`, import.meta.url));
  if (existsSync(found)) return found;
  console.warn(`SKIPPED: ${what}: ../shared/${path} is not there.`);
  return undefined;
}
