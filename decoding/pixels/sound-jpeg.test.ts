import { readFileSync } from 'node:fs';
import sharp, { type JpegOptions } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { generatePatient } from '../../phantoms/index.ts';
import { Random } from '../../phantoms/random.ts';
import { ImageError } from '../errors.ts';
import { DAMAGES, type Damage } from '../testing/damages.ts';
import { mendedJpeg } from './sound-jpeg.ts';
import { squashImage } from './squash.ts';

const SIDE = 64;
let eye: Uint8Array;
beforeAll(async () => {
  const { left } = await generatePatient({ seed: 'sound', index: 2, size: 320 });
  eye = left?.jpeg ?? Buffer.alloc(0);
});

const coded = (options: JpegOptions) => sharp(eye).jpeg(options).toBuffer();
/** Written by Pillow 11.3, with a restart marker at each row of units. */
const restarts = (name: string) => readFileSync(new URL(`./testing/${name}`, import.meta.url));

async function pixelsOf(file: Uint8Array): Promise<string> {
  const [square] = await squashImage(file, [SIDE]);
  return Buffer.from(square?.pixels ?? []).toString('base64');
}

const reasonOf = (file: Uint8Array): Promise<string> =>
  pixelsOf(file).then(
    () => 'read',
    (error: unknown) => (error instanceof ImageError ? error.reason : Promise.reject(error)),
  );

/** Where the segment of a marker begins. */
const segmentAt = (file: Buffer, marker: number) => file.indexOf(Buffer.from([0xff, marker]));

describe('what a camera writes wrong and what loses no pixel', () => {
  it.each<[string, (file: Buffer) => Buffer]>([
    [
      'parameters of the scan as Samsung writes them',
      (file) => {
        const at = segmentAt(file, 0xda);
        const end = at + 2 + file.readUInt16BE(at + 2);
        const odd = Buffer.from(file);
        odd.set([0, 0, 0], end - 3);
        return odd;
      },
    ],
    [
      'stray bytes before a marker',
      (file) => {
        const at = segmentAt(file, 0xc0);
        return Buffer.concat([file.subarray(0, at), Buffer.from([1, 2, 3, 4]), file.subarray(at)]);
      },
    ],
    ['no end marker', (file) => file.subarray(0, -2)],
    ['bytes behind the end', (file) => Buffer.concat([file, Buffer.from('MPF follows')])],
  ])('is read as if it were right: %s', async (_, spoil) => {
    const file = await coded({ quality: 90 });
    const spoilt = spoil(file);
    expect(spoilt.equals(file)).toBe(false);
    expect(await pixelsOf(spoilt)).toBe(await pixelsOf(file));
  });

  it('leaves a right file as it is', async () => {
    for (const options of [{}, { progressive: true }, { chromaSubsampling: '4:4:4' }]) {
      const file = await coded(options);
      expect(mendedJpeg(file)).toBe(file);
    }
  });

  it('is nothing of a file that holds no picture', () => {
    for (const file of [
      Buffer.from('ffd8ff', 'hex'),
      Buffer.from('ffd8ffd9', 'hex'),
      Buffer.from('ffd8ffda0000', 'hex'),
    ])
      expect(() => mendedJpeg(file)).not.toThrow();
  });
});

describe('a file whose pixels are missing, displaced or grey', () => {
  const WRONG: Damage[] = [
    'cut short',
    'cut short, with an end marker',
    'zeros to the end',
    'a stretch lost',
  ];
  const CODINGS: readonly (readonly [string, JpegOptions])[] = [
    ['4:2:0', { quality: 90 }],
    ['4:4:4', { quality: 90, chromaSubsampling: '4:4:4' }],
    ['progressive', { quality: 90, progressive: true }],
  ];

  it.each(CODINGS)('is truncated, and the same file whole is read: %s', async (_, options) => {
    const file = await coded(options);
    expect(await reasonOf(file)).toBe('read');
    for (const damage of WRONG) {
      const damaged = DAMAGES[damage](file, new Random('damage', damage));
      expect([damage, await reasonOf(damaged ?? file)]).toEqual([damage, 'truncated-file']);
    }
  });

  it('is truncated where only the last row of units is grey, of which no decoder says a word', async () => {
    const file = await coded({ quality: 90, chromaSubsampling: '4:4:4' });
    for (const lost of [12, 40])
      expect(await reasonOf(Buffer.concat([file.subarray(0, -2 - lost), file.subarray(-2)]))).toBe(
        'truncated-file',
      );
  });

  it.each(['restarts.jpg', 'restarts-444.jpg'])(
    'is truncated where a restart marker is lost: %s',
    async (name) => {
      expect(await reasonOf(restarts(name))).toBe('read');
      const damaged = DAMAGES['a restart marker lost'](restarts(name), new Random('restart', name));
      expect(await reasonOf(damaged ?? Buffer.alloc(0))).toBe('truncated-file');
    },
  );
});
