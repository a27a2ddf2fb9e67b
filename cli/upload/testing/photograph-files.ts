import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import sharp from 'sharp';
import type { UploadPlan } from '../planned-image.ts';

export type Format = 'jpeg' | 'png' | 'tiff' | 'webp';

/**
 * A small picture, another one for each seed.
 *
 * @param takenOn EXIF's DateTimeOriginal: `2026:11:20 10:15:23`
 */
export async function picture(seed: number, format: Format = 'jpeg', takenOn?: string): Promise<Buffer> {
  const background = { r: (seed * 37) % 256, g: (seed * 91) % 256, b: seed % 256 };
  const drawn = sharp({ create: { width: 8 + (seed % 5), height: 8 + (seed % 7), channels: 3, background } });
  const dated = takenOn === undefined ? drawn : drawn.withExif({ IFD2: { DateTimeOriginal: takenOn } });
  return dated.toFormat(format).toBuffer();
}

/** A folder of small photographs that is removed with its test. */
export class PhotographFolder implements AsyncDisposable {
  readonly path: string;
  static #seed = 1000;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<PhotographFolder> {
    return new PhotographFolder(await mkdtemp(join(tmpdir(), '眼底 upload ')));
  }

  at(path: string): string {
    return join(this.path, path);
  }

  /** Writes a file, and the folders above it. @param content a photograph of its own unless given */
  async write(path: string, content?: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.at(path)), { recursive: true });
    PhotographFolder.#seed += 1;
    await writeFile(this.at(path), content ?? (await picture(PhotographFolder.#seed)));
  }

  async writeAll(...paths: readonly string[]): Promise<void> {
    for (const path of paths) await this.write(path);
  }

  /** A plan in few words: each photograph as `patient exam eye field < path`, refused paths, kinds of questions. */
  told({ images, refused, questions }: UploadPlan) {
    const short = (path: string) => relative(this.path, path);
    return {
      images: images.map(
        ({ exam, laterality, field, path }) =>
          `${exam.patient} ${exam.exam} ${laterality} ${field ?? '-'} < ${short(path)}`,
      ),
      refused: refused.map(({ path }) => short(path)).sort(),
      questions: [...new Set(questions.map(({ kind }) => kind))].sort(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
