/** Writes bits, the lowest of each byte first, as lossless WebP has them. */
function packed(fields: readonly (readonly [value: number, bits: number])[]): Buffer {
  const bits = fields.flatMap(([value, count]) =>
    Array.from({ length: count }, (_, at) => (value >>> at) & 1),
  );
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries()) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (bit << (at & 7));
  return bytes;
}

function chunk(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}

function riff(chunks: readonly Buffer[]): Buffer {
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]));
}

/** A picture of one colour: each of its five codes has one symbol, which takes no bit (RFC 9649, 3.7). */
function plain(width: number, height: number): Buffer {
  const code = [
    [1, 1],
    [0, 1],
    [0, 1],
    [1, 1],
  ] as const;
  return packed([
    [0x2f, 8],
    [width - 1, 14],
    [height - 1, 14],
    [0, 1 + 3],
    // No transform, no cache of colours, one group of codes.
    [0, 1 + 1 + 1],
    ...Array.from({ length: 5 }, () => code).flat(),
  ]);
}

/** A lossless WebP of some 30 bytes that claims up to 16,383 × 16,383 pixels, and gives them. */
export function webpBomb(width: number, height: number): Buffer {
  return riff([chunk('VP8L', plain(width, height))]);
}

function uint24(value: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntLE(value, 0, 3);
  return bytes;
}

/** An animation of many pictures of 16 × 16 pixels. */
export function webpAnimation(frames: number): Buffer {
  const side = 16;
  const size = [uint24(side - 1), uint24(side - 1)];
  const frame = chunk(
    'ANMF',
    Buffer.concat([
      uint24(0),
      uint24(0),
      ...size,
      uint24(40),
      Buffer.alloc(1),
      chunk('VP8L', plain(side, side)),
    ]),
  );
  return riff([
    chunk('VP8X', Buffer.concat([Buffer.from([0x02, 0, 0, 0]), ...size])),
    chunk('ANIM', Buffer.alloc(6)),
    ...Array.from({ length: frames }, () => frame),
  ]);
}
