import { crc32, deflateSync } from 'node:zlib';

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

export interface PngBomb {
  readonly width: number;
  readonly height: number;
  readonly isInterlaced?: boolean;
  /** Bytes that its colour profile unpacks to. */
  readonly profileBytes?: number;
  /** Compressed texts, and the bytes that each unpacks to. */
  readonly texts?: { readonly count: number; readonly bytes: number };
  /** Pictures that it claims to animate. */
  readonly frames?: number;
}

/** A black PNG of 8-bit RGB, with what else is asked for: all of it packs a thousandfold. */
export function pngBomb({
  width,
  height,
  isInterlaced = false,
  profileBytes,
  texts,
  frames,
}: PngBomb): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, isInterlaced ? 1 : 0], 8);
  const parts = [SIGNATURE, chunk('IHDR', header)];
  if (frames !== undefined) {
    const control = Buffer.alloc(8);
    control.writeUInt32BE(frames, 0);
    parts.push(chunk('acTL', control));
  }
  if (profileBytes !== undefined) {
    const profile = deflateSync(Buffer.alloc(profileBytes));
    parts.push(chunk('iCCP', Buffer.concat([Buffer.from('icc\0\0', 'latin1'), profile])));
  }
  if (texts !== undefined) {
    const text = chunk(
      'zTXt',
      Buffer.concat([Buffer.from('note\0\0', 'latin1'), deflateSync(Buffer.alloc(texts.bytes))]),
    );
    for (let index = 0; index < texts.count; index += 1) parts.push(text);
  }
  // Each row has a byte for its filter; the passes of an interlaced picture have a few rows more.
  const rows = height * (isInterlaced ? 2 : 1);
  parts.push(
    chunk('IDAT', deflateSync(Buffer.alloc((width * 3 + 1) * rows))),
    chunk('IEND', Buffer.alloc(0)),
  );
  return Buffer.concat(parts);
}

/** A PNG that claims a size and has hardly any data. */
export function emptyPng(width: number, height: number): Buffer {
  const file = pngBomb({ width: 1, height: 1 });
  file.writeUInt32BE(width, 16);
  file.writeUInt32BE(height, 20);
  file.writeUInt32BE(crc32(file.subarray(12, 29)), 29);
  return file;
}
