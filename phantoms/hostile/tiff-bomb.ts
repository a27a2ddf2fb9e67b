/** Entries by tag: type 3 is a short, type 4 a long; one value each. */
function directory(entries: readonly (readonly [tag: number, value: number])[], next: number): Buffer {
  const bytes = Buffer.alloc(2 + entries.length * 12 + 4);
  bytes.writeUInt16LE(entries.length, 0);
  for (const [index, [tag, value]] of entries.entries()) {
    const at = 2 + index * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(4, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  }
  bytes.writeUInt32LE(next, bytes.length - 4);
  return bytes;
}

const HEADER_BYTES = 8;
/** Of the grey pixel that all directories show. */
const PIXEL_BYTES = 1;

export interface TiffBomb {
  readonly width: number;
  readonly height: number;
  readonly pages: number;
  /** The last directory names the first one again. */
  readonly isEndless?: boolean;
  /** Side of its tiles. Without it there is one strip. */
  readonly tile?: number;
}

/** A grey TIFF without compression whose directories claim what its few bytes do not hold (TIFF 6.0). */
export function tiffBomb({ width, height, pages, isEndless = false, tile }: TiffBomb): Buffer {
  const first = HEADER_BYTES + PIXEL_BYTES + 1;
  const pieces: [number, number][] =
    tile === undefined
      ? [
          [278, height],
          [279, PIXEL_BYTES],
        ]
      : [
          [322, tile],
          [323, tile],
          [324, HEADER_BYTES],
          [325, PIXEL_BYTES],
        ];
  const place: [number, number][] = [
    [256, width],
    [257, height],
    [258, 8],
    [259, 1],
    [262, 1],
    ...(tile === undefined ? [[273, HEADER_BYTES] as [number, number]] : []),
    [277, 1],
    ...pieces,
  ];
  const size = directory(place, 0).length;
  const directories = Array.from({ length: pages }, (_, index) => {
    const isLast = index === pages - 1;
    return directory(place, isLast ? (isEndless ? first : 0) : first + (index + 1) * size);
  });
  const header = Buffer.from('49492a0000000000', 'hex');
  header.writeUInt32LE(first, 4);
  return Buffer.concat([header, Buffer.from([128, 0]), ...directories]);
}
