import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ImageFormat } from '../../core/exams/image-formats.ts';
import { exifFacts } from './exif-facts.ts';

interface Told {
  readonly make?: string;
  readonly model?: string;
  readonly taken?: string;
  readonly digitized?: string;
}

/** Of an Exif tag: its number and text. */
type Entry = readonly [tag: number, text: string];

/** An Exif block by TIFF 6.0, laid out by hand: a directory with make and model, and one with the days. */
function exifOf({ make, model, taken, digitized }: Told, isLittle = true): Buffer {
  const entriesOf = (list: readonly (readonly [number, string | undefined])[]) =>
    list.filter((entry): entry is Entry => entry[1] !== undefined);
  const image = entriesOf([
    [271, make],
    [272, model],
    [315, 'Miller, Anna'],
    [42_033, 'SERIAL-4711'],
  ]);
  const exif = entriesOf([
    [36_867, taken],
    [36_868, digitized],
    [42_032, 'Owner Miller'],
  ]);
  const bytes = Buffer.alloc(4_096);
  const write16 = (value: number, at: number) =>
    isLittle ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const write32 = (value: number, at: number) =>
    isLittle ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  let free = 1_024;
  const writeEntries = (at: number, entries: readonly Entry[], pointer?: number) => {
    write16(entries.length + (pointer === undefined ? 0 : 1), at);
    for (const [index, [tag, text]] of entries.entries()) {
      const entry = at + 2 + 12 * index;
      write16(tag, entry);
      write16(2, entry + 2);
      write32(text.length + 1, entry + 4);
      write32(free, entry + 8);
      free += bytes.write(`${text}\0`, free, 'latin1');
    }
    if (pointer === undefined) return;
    const entry = at + 2 + 12 * entries.length;
    write16(34_665, entry);
    write16(4, entry + 2);
    write32(1, entry + 4);
    write32(pointer, entry + 8);
  };
  bytes.write(isLittle ? 'II' : 'MM', 0, 'latin1');
  write16(42, 2);
  write32(8, 4);
  writeEntries(8, image, 512);
  writeEntries(512, exif);
  return bytes;
}

/** A JPEG's head with an Exif block. */
function jpegWith(block: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from('Exif\0\0'), block]);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(content.length + 2, 4);
  return Buffer.concat([head, content, Buffer.from([0xff, 0xda, 0, 2, 0, 0, 0, 0, 0, 0])]);
}

const jpegFacts = (told: Told, isLittle?: boolean) => exifFacts(jpegWith(exifOf(told, isLittle)), 'jpeg');

describe('what Exif tells', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('is read of a %s', async (format: ImageFormat) => {
    const file = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#a04020' } })
      .withExif({
        IFD0: { Make: 'Canon', Model: 'Canon CR-2', Artist: 'Anna Miller', Copyright: 'Dr. Miller' },
        IFD2: {
          DateTimeOriginal: '2026:11:20 10:15:23',
          CameraOwnerName: 'Miller',
          BodySerialNumber: '4711',
        },
      })
      .toFormat(format)
      .toBuffer();
    expect(exifFacts(file, format)).toEqual({ takenOn: '2026-11-20', device: 'Canon CR-2' });
  });

  it.each([true, false])('is read of either byte order', (isLittle) => {
    const told = { make: 'TOPCON', model: 'TRC-NW8', taken: '2025:02:28 08:00:00' };
    expect(jpegFacts(told, isLittle)).toEqual({ takenOn: '2025-02-28', device: 'TOPCON TRC-NW8' });
  });

  it('is read of a TIFF, which is laid out as Exif is', () => {
    const file = exifOf({ make: 'ZEISS', model: 'VISUCAM 500', taken: '2023:07:01 12:00:00' });
    expect(exifFacts(file, 'tiff')).toEqual({ takenOn: '2023-07-01', device: 'ZEISS VISUCAM 500' });
  });

  it('is nothing where there is no Exif, or bytes that are none', async () => {
    const plain = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
      .jpeg()
      .toBuffer();
    expect(exifFacts(plain, 'jpeg')).toEqual({});
    for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
      for (const bytes of [Buffer.alloc(0), Buffer.alloc(64, 0xff), Buffer.from('II*\0\x08\0\0\0\xff\x0f')]) {
        expect(exifFacts(bytes, format)).toEqual({});
      }
    }
  });
});

describe('the day', () => {
  it.each([
    ['2026:11:20 10:15:23', undefined, '2026-11-20'],
    [undefined, '2026:11:21 10:15:23', '2026-11-21'],
    ['0000:00:00 00:00:00', '2026:11:22 10:15:23', '2026-11-22'],
    ['2024:02:29 23:59:59', undefined, '2024-02-29'],
    ['2025:02:29 10:00:00', undefined, undefined],
    ['2026:13:01 10:00:00', undefined, undefined],
    ['2000:01:01 00:00:00', undefined, undefined],
    ['Miller 2026:11:20', undefined, undefined],
  ])('of %s and %s is %s', (taken, digitized, day) => {
    const told = { ...(taken ? { taken } : {}), ...(digitized ? { digitized } : {}) };
    expect(jpegFacts(told).takenOn).toBe(day);
  });
});

describe('the device', () => {
  it.each([
    ['Canon', 'CR-2 AF', 'Canon CR-2 AF'],
    ['CANON', 'Canon CR-2', 'Canon CR-2'],
    ['', 'Optos', 'Optos'],
    ['KOWA', '', 'KOWA'],
    ['Topcon', 'TRC-50DX S/N 0815-4711', 'Topcon TRC-50DX'],
    ['Topcon', 'NW400 (Serial No. 98765)', 'Topcon NW400'],
    ['Topcon', 'NW400 SN:98765', 'Topcon NW400'],
    ['Topcon', 'NW400 #98765', 'Topcon NW400'],
    ['Kowa\r\n', '\x1b[31mnonmyd\x07 <b>7</b>', 'Kowa [31mnonmyd b7/b'],
    ['', '\t \x01', undefined],
  ])('of %j and %j is %j', (make, model, device) => {
    expect(jpegFacts({ make, model }).device).toBe(device);
  });

  it('has at most 60 characters', () => {
    expect(jpegFacts({ make: 'A'.repeat(40), model: 'B'.repeat(400) }).device).toBe(
      `${'A'.repeat(40)} ${'B'.repeat(19)}`,
    );
  });

  it('never says whose camera or photograph it is', () => {
    expect(
      JSON.stringify(jpegFacts({ make: 'Canon', model: 'CR-2', taken: '2026:11:20 10:15:23' })),
    ).not.toMatch(/Miller|4711|Owner/);
  });
});

describe('a hostile Exif', () => {
  it('costs no more than its directories: each entry claims 60,000 values', () => {
    const block = exifOf({ make: 'Canon', model: 'CR-2' });
    const bomb = Buffer.concat([block, Buffer.alloc(60_000)]);
    // The next directory, where a reader of all tags goes on, has 4,000 entries.
    const at = 2_048;
    bomb.writeUInt32LE(at, 8 + 2 + 12 * 5);
    bomb.writeUInt16LE(4_000, at);
    for (let index = 0; index < 4_000; index += 1) {
      const entry = at + 2 + 12 * index;
      bomb.writeUInt16LE(0xa000 + index, entry);
      bomb.writeUInt16LE(1, entry + 2);
      bomb.writeUInt32LE(60_000, entry + 4);
      bomb.writeUInt32LE(16, entry + 8);
    }
    expect(exifFacts(bomb, 'tiff')).toEqual({ device: 'Canon CR-2' });
  });

  it('that points at itself, or beyond its end, is read to its end and no further', () => {
    const block = exifOf({ make: 'Canon', taken: '2026:11:20 10:15:23' });
    // The pointer to the second directory.
    block.writeUInt32LE(8, 8 + 2 + 12 * 3 + 8);
    expect(exifFacts(jpegWith(block), 'jpeg')).toEqual({ device: 'Canon' });
    block.writeUInt32LE(0xffffffff, 8 + 2 + 12 * 3 + 8);
    expect(exifFacts(jpegWith(block), 'jpeg')).toEqual({ device: 'Canon' });
  });
});
