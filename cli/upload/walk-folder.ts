import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lookAtFile, readFault } from './look-at-file.ts';
import type { RefusedItem } from './planned-image.ts';

/** A chain of links without a circle ends somewhere, but photographs do not lie this deep. */
const DEEPEST = 32;

/** What operating systems leave in every folder: it holds no photograph, and naming it would hide what matters. */
const SYSTEM_FILES =
  /^(?:\.DS_Store|\._.*|\.localized|\.apdisk|\.git|\.Trashes|\.Spotlight-V100|\.fseventsd|\.TemporaryItems|__MACOSX|\$RECYCLE\.BIN|System Volume Information)$/;

export interface FoundFile {
  readonly path: string;
  /** Folders and file name below the walked folder. */
  readonly segments: readonly string[];
}

export interface Walk {
  readonly files: readonly FoundFile[];
  readonly refused: readonly RefusedItem[];
}

/** Hidden files are not sent, but one that holds a photograph is named. */
async function hiddenReason(path: string, isFolder: boolean): Promise<string | null> {
  if (isFolder) return 'a hidden folder is not entered: rename it to upload what it holds';
  const look = await lookAtFile(path);
  return 'reason' in look ? null : 'a hidden file is not sent: rename it to upload it';
}

/**
 * Finds every file below a folder, in a stable order. Links are followed, but not in a circle.
 *
 * @returns what was found, and what could not be entered or read, each by its name
 */
export async function walkFolder(folder: string): Promise<Walk> {
  const files: FoundFile[] = [];
  const refused: RefusedItem[] = [];

  async function enter(above: readonly string[], ancestors: readonly string[]): Promise<void> {
    const here = join(folder, ...above);
    let names: string[];
    let real: string;
    try {
      real = await realpath(here);
      names = (await readdir(here)).sort((a, b) => (a < b ? -1 : 1));
    } catch (error) {
      refused.push({ path: here, reason: `the folder is not entered: ${readFault(error)}` });
      return;
    }
    if (ancestors.includes(real) || ancestors.length > DEEPEST) {
      refused.push({ path: here, reason: 'this link leads back to a folder above it: it is not followed' });
      return;
    }
    for (const name of names) {
      if (SYSTEM_FILES.test(name)) continue;
      const segments = [...above, name];
      const path = join(folder, ...segments);
      let found: Awaited<ReturnType<typeof stat>>;
      try {
        found = await stat(path);
      } catch (error) {
        refused.push({
          path,
          reason: readFault(error).replace('there is no such file', 'this link leads nowhere'),
        });
        continue;
      }
      if (name.startsWith('.')) {
        const reason = await hiddenReason(path, found.isDirectory());
        if (reason !== null) refused.push({ path, reason });
      } else if (found.isDirectory()) {
        await enter(segments, [...ancestors, real]);
      } else if (found.isFile()) {
        files.push({ path, segments });
      } else {
        refused.push({ path, reason: 'neither a file nor a folder' });
      }
    }
  }

  await enter([], []);
  return { files, refused };
}
