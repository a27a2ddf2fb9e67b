import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import pLimit from 'p-limit';
import type { Doubt } from '../../core/names/doubt.ts';
import { doubtsOfImages } from '../../core/names/image-doubts.ts';
import { withPlaces } from './places.ts';
import type { FoundImage, Question, RefusedItem, UploadPlan } from './planned-image.ts';

const HASHED_AT_ONCE = 8;

/** SHA-256 of a file, in hexadecimal. @throws the file system's error if it cannot be read */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

/** Hashes of the files that share their size with another: the others cannot have another's bytes. */
async function hashesOfTwins(images: readonly FoundImage[]): Promise<ReadonlyMap<string, string>> {
  const sizes = Map.groupBy(images, ({ file }) => file.bytes);
  const twins = [...sizes.values()].filter((same) => same.length > 1).flat();
  const limit = pLimit(HASHED_AT_ONCE);
  const hashes = await Promise.all(
    twins.map(({ path }) => limit(async () => [path, await sha256Of(path).catch(() => null)] as const)),
  );
  return new Map(hashes.flatMap(([path, hash]) => (hash === null ? [] : [[path, hash] as const])));
}

/** What is known before the photographs are compared with one another. */
export interface Draft {
  readonly images: readonly FoundImage[];
  /** ISO day that each image's name or exam tells, in their order. */
  readonly days: readonly (string | null)[];
  readonly refused: readonly RefusedItem[];
  /** Over places in `images`. */
  readonly doubts: readonly Doubt[];
  readonly patterns: readonly string[];
}

/** Compares the photographs with one another: equal bytes, days, ids; several of one eye get their places. */
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
  const { images: kept, refused } = withPlaces(images, hashes);
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
