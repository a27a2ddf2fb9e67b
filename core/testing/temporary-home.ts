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
      // What a test has left to the background may still be writing.
      await rm(directory, { recursive: true, maxRetries: 20, retryDelay: 50 });
    },
  };
}
