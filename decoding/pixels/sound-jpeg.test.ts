import { readFileSync } from 'node:fs';
import sharp, { type JpegOptions } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { generatePatient } from '../../phantoms/index.ts';
import { Random } from '../../phantoms/random.ts';
import { ImageError } from '../errors.ts';
import { DAMAGES, type Damage } from '../testing/damages.ts';
import { mendedJpeg, refuseDisplaced } from './sound-jpeg.ts';
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

describe('the walk over the codes', () => {
  /** By libjpeg: what Pillow and sharp write, in every sampling and with tables of their own. */
  it.each<[string, JpegOptions]>([
    ['4:2:0', {}],
    ['4:4:4', { chromaSubsampling: '4:4:4' }],
    ['tables of its own', { optimiseCoding: true }],
    ['every quality', { quality: 100 }],
    ['few codes', { quality: 1 }],
  ])('ends where the file does: %s', async (_, options) => {
    for (const [width, height] of [
      [320, 320],
      [317, 199],
      [8, 9],
      [1, 1],
    ] as const) {
      const resized = sharp(eye).resize(width, height, { fit: 'fill' });
      const file = await resized.jpeg({ optimiseCoding: false, ...options }).toBuffer();
      expect(() => refuseDisplaced(file)).not.toThrow();
      const grey = await resized
        .greyscale()
        .toColourspace('b-w')
        .jpeg({ ...options })
        .toBuffer();
      expect(() => refuseDisplaced(grey)).not.toThrow();
    }
  });

  it.each([
    [
      'its last two bytes',
      'do not reach its end',
      (file: Buffer) => Buffer.concat([file.subarray(0, -4), file.subarray(-2)]),
    ],
    [
      'no code more',
      'end before its file does',
      (file: Buffer) => Buffer.concat([file.subarray(0, -2), Buffer.alloc(16, 0x3c), file.subarray(-2)]),
    ],
  ] as const)('has missed or found something where a file lacks or holds %s', async (_, text, spoil) => {
    const file = await coded({ quality: 90 });
    expect(() => refuseDisplaced(spoil(file))).toThrow(text);
  });

  it('takes what fills up the end of a file for nothing', async () => {
    const file = await coded({ quality: 90 });
    const filled = Buffer.concat([file.subarray(0, -2), Buffer.from([0xff, 0xff]), file.subarray(-2)]);
    expect(() => refuseDisplaced(filled)).not.toThrow();
  });

  it('ends, and says no more than that a file is damaged, whatever stands in it', async () => {
    const file = await coded({ quality: 90 });
    for (let seed = 0; seed < 400; seed += 1) {
      const numbers = new Random('walk', String(seed));
      const bytes = Buffer.from(file);
      for (let change = 0; change < 1 + (seed % 9); change += 1)
        bytes[Math.floor((seed % 2 === 0 ? 700 : bytes.length) * numbers.next())] = Math.floor(
          256 * numbers.next(),
        );
      try {
        refuseDisplaced(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(ImageError);
      }
    }
  });
});
