import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidInputError } from '../../core/errors.ts';
import { nameExam } from './name-exam.ts';
import {
  CONTENT_TYPES,
  extensionOf,
  type PlannedImage,
  type RefusedItem,
  UNSUPPORTED_EXTENSIONS,
  type UploadPlan,
} from './planned-image.ts';

/** Files below a folder, as path segments, in a stable order; hidden ones left out. */
async function* filesBelow(folder: string, above: readonly string[] = []): AsyncGenerator<readonly string[]> {
  const entries = await readdir(join(folder, ...above), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const segments = [...above, entry.name];
    if (entry.isDirectory()) yield* filesBelow(folder, segments);
    else yield segments;
  }
}

/**
 * Plans the upload of a folder.
 *
 * @param exam names the visit of every photograph, instead of what the names tell
 */
export async function scanFolder(folder: string, program: string, exam?: string): Promise<UploadPlan> {
  const images: PlannedImage[] = [];
  const refused: RefusedItem[] = [];
  let ignored = 0;
  for await (const segments of filesBelow(folder)) {
    const path = join(folder, ...segments);
    if (UNSUPPORTED_EXTENSIONS.has(extensionOf(path))) {
      refused.push({
        item: path,
        reason: 'this format cannot be screened: export it as JPEG, PNG, TIFF or WebP',
      });
      continue;
    }
    if (!CONTENT_TYPES.has(extensionOf(path))) {
      ignored += 1;
      continue;
    }
    try {
      const named = nameExam(segments);
      const key = { program, patient: named.patient, exam: exam ?? named.exam };
      images.push({ path, exam: key, laterality: named.laterality });
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      refused.push({ item: path, reason: error.message });
    }
  }
  return { images, refused, ignored };
}
