import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalHome, type LocalHomeOptions, openLocalHome } from '../../local/home.ts';

/**
 * A home of its own, gone when its scope ends.
 *
 * @example
 * await using temporary = await temporaryHome();
 * await temporary.home.objects.put('a', content);
 */
export async function temporaryHome(
  options: LocalHomeOptions = {},
): Promise<{ readonly home: LocalHome } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'home-'));
  const home = await openLocalHome(directory, options);
  return {
    home,
    async [Symbol.asyncDispose]() {
      await home.close();
      await rm(directory, { recursive: true });
    },
  };
}
