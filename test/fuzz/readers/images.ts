import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { lookAtFile } from '../../../cli/upload/look-at-file.ts';
import { exifFacts } from '../../../decoding/header/exif-facts.ts';
import { prepareImage } from '../../../judging/index.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import type { Reader } from '../reader.ts';

const SIDE = 48;

/** A bright disc with Exif, in each format that is taken. */
async function photographs(): Promise<readonly Buffer[]> {
  const disc = `<svg width="${SIDE}" height="${SIDE}"><circle cx="24" cy="24" r="22" fill="#c04010"/><circle cx="34" cy="22" r="5" fill="#ffe0a0"/></svg>`;
  const image = sharp(Buffer.from(disc)).flatten({ background: '#000' });
  const exif = { IFD2: { DateTimeOriginal: '2026:05:01 09:30:00' } };
  const made = () => image.clone().withExif(exif);
  return Promise.all([
    made().jpeg().toBuffer(),
    made().jpeg({ progressive: true }).toBuffer(),
    made().png().toBuffer(),
    made().webp({ lossless: true }).toBuffer(),
    made().tiff({ compression: 'lzw' }).toBuffer(),
  ]);
}

/** Photographs: their headers, and their pixels. */
export const imageReaders: readonly Reader[] = [
  {
    name: 'photograph',
    seeds: photographs,
    mutate: mutateBytes,
    // A bad file is an answer: nothing is thrown.
    read: async (input) => prepareImage(input, 32),
    refusals: [],
    memoryMegabytes: 1_536,
  },
  {
    name: 'photograph-header',
    seeds: photographs,
    mutate: mutateBytes,
    async read(input, folder) {
      await writeFile(join(folder, 'P1_left.jpg'), input);
      await lookAtFile(join(folder, 'P1_left.jpg'));
    },
    refusals: [],
  },
  {
    name: 'exif',
    seeds: photographs,
    mutate: mutateBytes,
    read: async (input) =>
      (['jpeg', 'png', 'webp', 'tiff'] as const).map((format) => exifFacts(input, format)),
    refusals: [],
  },
];
