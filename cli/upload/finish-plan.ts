import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import pLimit from 'p-limit';
import { examName } from '../../core/exams/exam-key.ts';
import type { Doubt } from '../../core/names/doubt.ts';
import { doubtsOfImages } from '../../core/names/image-doubts.ts';
import type { PlannedImage, Question, RefusedItem, UploadPlan } from './planned-image.ts';

const HASHED_AT_ONCE = 8;

/** SHA-256 of a file, in hexadecimal. @throws the file system's error if it cannot be read */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** Hashes of the files that share their size with another: the others cannot have another's bytes. */
async function hashesOfTwins(images: readonly PlannedImage[]): Promise<ReadonlyMap<string, string>> {
  const sizes = Map.groupBy(images, ({ file }) => file.bytes);
  const twins = [...sizes.values()].filter((same) => same.length > 1).flat();
  const limit = pLimit(HASHED_AT_ONCE);
  const hashes = await Promise.all(
    twins.map(({ path }) => limit(async () => [path, await sha256Of(path).catch(() => null)] as const)),
  );
  return new Map(hashes.flatMap(([path, hash]) => (hash === null ? [] : [[path, hash] as const])));
}

/** The macula tells most; a photograph of an unknown field mostly shows it too. */
function fieldOrder({ field }: PlannedImage): number {
  if (field === 'macula') return 0;
  return field === null ? 1 : 2;
}

/** Keeps one photograph of each eye of an exam; the others are refused by name. */
function oneOfEachEye(
  images: readonly PlannedImage[],
  hashes: ReadonlyMap<string, string>,
): { readonly kept: PlannedImage[]; readonly refused: RefusedItem[] } {
  const eyes = Map.groupBy(images, ({ exam, laterality }) => `${examName(exam)}/${laterality}`);
  const refused: RefusedItem[] = [];
  const kept = new Set<PlannedImage>();
  for (const same of eyes.values()) {
    const [first, ...others] = same.toSorted((a, b) => fieldOrder(a) - fieldOrder(b));
    if (first === undefined) continue;
    kept.add(first);
    for (const image of others) {
      const { exam, laterality, path } = image;
      const hash = hashes.get(path);
      const isCopy = hash !== undefined && hash === hashes.get(first.path);
      const isBetter = fieldOrder(first) < fieldOrder(image);
      const why = isCopy
        ? 'it is a copy of'
        : `one photograph of each eye can be screened as yet, and ${isBetter ? 'the macula has the preference' : 'the first is sent'}:`;
      const whose = `the ${laterality} eye of patient ${exam.patient}, exam ${exam.exam}, has several photographs`;
      refused.push({ path, reason: `${whose}; ${why} ${basename(first.path)}` });
    }
  }
  return { kept: images.filter((image) => kept.has(image)), refused };
}

/** What is known before the photographs are compared with one another. */
export interface Draft {
  readonly images: readonly PlannedImage[];
  /** ISO day that each image's name or exam tells, in their order. */
  readonly days: readonly (string | null)[];
  readonly refused: readonly RefusedItem[];
  /** Over places in `images`. */
  readonly doubts: readonly Doubt[];
  readonly patterns: readonly string[];
}

/** Compares the photographs with one another: equal bytes, days, ids; several of one eye. */
export async function finishPlan(draft: Draft): Promise<UploadPlan> {
  const { images, days, doubts, patterns } = draft;
  const hashes = await hashesOfTwins(images);
  const examined = images.map(({ exam, laterality, path, file }, index) => ({
    exam,
    laterality,
    sha256: hashes.get(path) ?? null,
    day: days[index] ?? null,
    takenOn: file.takenOn,
  }));
  const { kept, refused } = oneOfEachEye(images, hashes);
  const sent = new Set(kept.map(({ path }) => path));
  const said = Map.groupBy([...doubts, ...doubtsOfImages(examined)], ({ kind, text }) => `${kind} ${text}`);
  const questions = [...said.values()].flatMap((same): Question[] => {
    const [first] = same;
    const places = same.flatMap(({ images: of }) => of);
    const paths = places.flatMap((place) => images[place]?.path ?? []).filter((path) => sent.has(path));
    if (first === undefined || paths.length === 0) return [];
    return [{ kind: first.kind, text: first.text, paths: [...new Set(paths)] }];
  });
  return { images: kept, refused: [...draft.refused, ...refused], questions, patterns };
}
