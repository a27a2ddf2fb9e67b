import { LATERALITIES } from '../exams/laterality.ts';
import { forgetContent } from '../identity/content-register.ts';
import { IMAGE_PREFIX, parseImageKey } from '../keys/image-key.ts';
import { eraseObjects } from '../objects/erase-objects.ts';
import type { ObjectStore } from '../ports/index.ts';

const PAGE = 1_000;

/** What the store holds of a patient's photographs. */
export interface FoundImages {
  readonly exams: readonly string[];
  /** SHA-256 of their contents. */
  readonly contents: readonly string[];
  /** ISO day of the oldest, `null` without any. */
  readonly since: string | null;
}

function prefixOf(program: string, patient: string): string {
  return `${IMAGE_PREFIX}${program}/${patient}/`;
}

function examOf(key: string): string[] {
  try {
    return [parseImageKey(key).exam.exam];
  } catch {
    return [];
  }
}

/** Looks at every version of every photograph of a patient. */
export async function findImages(store: ObjectStore, program: string, patient: string): Promise<FoundImages> {
  const exams = new Set<string>();
  const contents = new Set<string>();
  let since: string | null = null;
  let cursor: string | undefined;
  do {
    const page = await store.listVersions(prefixOf(program, patient), { limit: PAGE, cursor });
    for (const { key, versionId, isDeleteMarker } of page.items) {
      for (const exam of examOf(key)) exams.add(exam);
      const object = isDeleteMarker ? undefined : await store.head(key, versionId ?? undefined);
      if (object === undefined) continue;
      contents.add(object.sha256);
      const day = object.lastModified.toISOString().slice(0, 10);
      if (since === null || day < since) since = day;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { exams: [...exams], contents: [...contents], since };
}

/** Removes the patient's photographs in all versions. @returns how many, delete markers included */
export function eraseImages(store: ObjectStore, program: string, patient: string): Promise<number> {
  return eraseObjects(store, prefixOf(program, patient));
}

/** `true` if the store holds no photograph of the patient, and no trace of one. */
export async function hasNoImages(store: ObjectStore, program: string, patient: string): Promise<boolean> {
  const { items } = await store.listVersions(prefixOf(program, patient), { limit: 1 });
  return items.length === 0;
}

/** Takes the patient's exams out of the register of contents, but for contents that a later exam has. */
export async function forgetContents(
  store: ObjectStore,
  exams: readonly { readonly program: string; readonly patient: string; readonly exam: string }[],
  contents: readonly string[],
  isLater: (exam: string, sha256: string) => boolean,
): Promise<void> {
  for (const exam of exams) {
    for (const sha256 of contents) {
      if (isLater(exam.exam, sha256)) continue;
      for (const laterality of LATERALITIES) await forgetContent(store, sha256, { exam, laterality });
    }
  }
}
