import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { BASE_IMAGES, type BaseImagesLock, LOCK_FILE, readLock } from './base-images.ts';
import { digestOf } from './registry.ts';

/**
 * Asks each registry what its tag points to and writes the lock. Nothing is written unless all have answered.
 *
 * @returns a line for each image: new, unchanged, or moved
 */
export async function lockBaseImages(
  file: string,
  addresses: Readonly<Record<string, string>>,
): Promise<string[]> {
  const before = readLock(file).digests;
  const digests: Record<string, string> = {};
  const lines: string[] = [];
  for (const image of Object.values(BASE_IMAGES)) {
    const digest = await digestOf(image, addresses);
    digests[image] = digest;
    const what =
      before[image] === undefined
        ? 'locked'
        : before[image] === digest
          ? 'unchanged'
          : `moved from ${before[image]}`;
    lines.push(`${image}@${digest} ${what}`);
  }
  const lock: BaseImagesLock = { schema: 'base-images/1', digests };
  await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
  return lines;
}

/** `npm run images:lock [-- --registry HOST=URL]` */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      registry: { type: 'string', multiple: true, default: [] },
      lock: { type: 'string', default: LOCK_FILE },
    },
  });
  const addresses = values.registry.map((text): [string, string] => {
    const at = text.indexOf('=');
    return [text.slice(0, at), text.slice(at + 1)];
  });
  for (const line of await lockBaseImages(values.lock, Object.fromEntries(addresses)))
    process.stdout.write(`${line}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main().catch((error: Error) => {
    process.stderr.write(`${error.message} The lock is as it was.\n`);
    process.exitCode = 3;
  });
}
