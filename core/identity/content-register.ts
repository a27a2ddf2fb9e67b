import type { ExamKey } from '../exams/exam-key.ts';
import { LATERALITIES, type Laterality } from '../exams/laterality.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** Every entry begins so. */
export const CONTENTS_PREFIX = 'contents/';

/** Entries looked at: of a content that so many images have, more would tell nothing new. */
const MOST = 100;

/** An image that has some content: whose, and which eye. */
export interface ContentHolder {
  readonly exam: ExamKey;
  readonly laterality: Laterality;
}

function prefixOf(program: string, sha256: string): string {
  return `${CONTENTS_PREFIX}${program}/${sha256}/`;
}

function entryKey(sha256: string, { exam, laterality }: ContentHolder): string {
  return `${prefixOf(exam.program, sha256)}${exam.patient}/${exam.exam}/${laterality}`;
}

function holderOf(program: string, key: string): ContentHolder | null {
  const [, , , patient, exam, eye] = key.split('/');
  const laterality = LATERALITIES.find((one) => one === eye);
  if (patient === undefined || exam === undefined || laterality === undefined) return null;
  return { exam: { program, patient, exam }, laterality };
}

/**
 * Notes that an image of an exam has this content, and tells which others in the program have it. The entry is written
 * before the others are listed, so of two images that come at once at least one sees the other:
 *
 * ```
 * A: write A ── list: A        B: write B ── list: A, B
 * ```
 *
 * @returns the others
 */
export async function registerContent(
  store: Pick<ObjectStore, 'put' | 'head' | 'list'>,
  sha256: string,
  holder: ContentHolder,
): Promise<readonly ContentHolder[]> {
  const key = entryKey(sha256, holder);
  if ((await store.head(key)) === undefined) await store.put(key, new Uint8Array());
  const { program } = holder.exam;
  const { items } = await store.list(prefixOf(program, sha256), { limit: MOST });
  return items.flatMap((item) => (item.key === key ? [] : (holderOf(program, item.key) ?? [])));
}

/** Whose images in the program have a content. */
export async function contentHolders(
  store: Pick<ObjectStore, 'list'>,
  program: string,
  sha256: string,
): Promise<readonly ContentHolder[]> {
  const { items } = await store.list(prefixOf(program, sha256), { limit: MOST });
  return items.flatMap(({ key }) => holderOf(program, key) ?? []);
}

/** Forgets that an image had this content, for good. */
export async function forgetContent(
  store: Pick<ObjectStore, 'listVersions' | 'deleteVersion' | 'delete'>,
  sha256: string,
  holder: ContentHolder,
): Promise<void> {
  const key = entryKey(sha256, holder);
  const { items } = await store.listVersions(key, { limit: MOST });
  for (const { key: found, versionId } of items) {
    if (found !== key) continue;
    await (versionId === null ? store.delete(key) : store.deleteVersion(key, versionId));
  }
}
