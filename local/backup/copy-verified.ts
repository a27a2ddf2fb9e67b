import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sha256OfFile } from '../objects/content-files.ts';
import { PRIVATE_FILE, PRIVATE_FOLDER } from '../private-files.ts';
import { isMissing } from '../storage-errors.ts';

/** A file that is to have just this content. */
export interface WantedFile {
  readonly path: string;
  readonly sha256: string;
  /** Left out where it is not known. */
  readonly bytes?: number;
}

/** `missing`: the source has no such file. `damaged`: the source has another content. */
export type Copied = 'copied' | 'there' | 'missing' | 'damaged';

/**
 * Copies a file and verifies its SHA-256 on the way. What has the wanted name has the wanted content: it gets its name
 * after it was verified and brought onto the disk. The caller flushes the folder.
 *
 * @param temporary folder on the file system of the wanted file
 * @param trust whether a file of the right size that is there already need not be read
 */
export async function copyVerified(
  source: string,
  wanted: WantedFile,
  temporary: string,
  trust: boolean,
): Promise<Copied> {
  const present = await stat(wanted.path).catch(() => undefined);
  if (present !== undefined && (wanted.bytes === undefined || present.size === wanted.bytes)) {
    if (trust || (await sha256OfFile(wanted.path)) === wanted.sha256) return 'there';
  }
  const written = join(temporary, randomUUID());
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(
      createReadStream(source),
      hashing,
      createWriteStream(written, { flags: 'wx', mode: PRIVATE_FILE, flush: true }),
    );
    if (hash.digest('hex') !== wanted.sha256) return 'damaged';
    await mkdir(dirname(wanted.path), { recursive: true, mode: PRIVATE_FOLDER });
    await rename(written, wanted.path);
    return 'copied';
  } catch (error) {
    if (isMissing(error) && (await stat(source).catch(() => undefined)) === undefined) return 'missing';
    if (error instanceof Error && 'code' in error && error.code === 'EIO') return 'damaged';
    throw error;
  } finally {
    await rm(written, { force: true });
  }
}
