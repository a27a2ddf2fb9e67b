/** Numbers that decide where a damage strikes, evenly spread over [0, 1). */
interface Numbers {
  next(): number;
}

type Damaging = (file: Uint8Array, numbers: Numbers) => Buffer | null;

/** Where the pixels of a JPEG begin and end: behind its first start of a scan, before its last marker. */
function pixelsOf(file: Uint8Array): readonly [number, number] {
  const bytes = Buffer.from(file);
  let at = 2;
  while (at + 4 < bytes.length && bytes[at + 1] !== 0xda) at += 2 + bytes.readUInt16BE(at + 2);
  const begin = at + 2 + bytes.readUInt16BE(at + 2);
  return [begin, bytes.lastIndexOf(Buffer.from([0xff, 0xd9]))];
}

/** A place in the pixels, from a share of them to another. */
function placeIn(file: Uint8Array, numbers: Numbers, from = 0.1, to = 0.9): number {
  const [begin, end] = pixelsOf(file);
  return Math.floor(begin + (from + (to - from) * numbers.next()) * (end - begin));
}

/** Writes over a stretch in the middle of the pixels. */
function over(file: Uint8Array, numbers: Numbers, byteOf: () => number): Buffer {
  const bytes = Buffer.from(file);
  const at = placeIn(file, numbers);
  const length = Math.floor(16 + 500 * numbers.next());
  const end = Math.min(at + length, pixelsOf(file)[1]);
  for (let place = at; place < end; place += 1) bytes[place] = byteOf();
  return bytes;
}

/**
 * What cards, cables and transfers do to the file of a photograph, by given numbers. `null` where the file is of no such kind.
 * All strike behind the header of the first scan.
 */
export const DAMAGES = {
  'cut short': (file, numbers) => Buffer.from(file.subarray(0, placeIn(file, numbers))),
  'cut short, with an end marker': (file, numbers) =>
    Buffer.concat([file.subarray(0, placeIn(file, numbers)), Buffer.from([0xff, 0xd9])]),
  'a stretch of zeros': (file, numbers) => over(file, numbers, () => 0),
  'a stretch of random bytes': (file, numbers) => over(file, numbers, () => Math.floor(256 * numbers.next())),
  'zeros to the end': (file, numbers) => {
    const bytes = Buffer.from(file);
    return bytes.fill(0, placeIn(file, numbers), pixelsOf(file)[1]);
  },
  'one byte changed': (file, numbers) => {
    const bytes = Buffer.from(file);
    const at = placeIn(file, numbers);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(8 * numbers.next()));
    return bytes;
  },
  'a stretch lost': (file, numbers) => {
    const at = placeIn(file, numbers);
    return Buffer.concat([file.subarray(0, at), file.subarray(at + 512)]);
  },
  'two stretches swapped': (file, numbers) => {
    const length = 512;
    const first = placeIn(file, numbers, 0.1, 0.4);
    const second = Math.max(first + length, placeIn(file, numbers, 0.5, 0.8));
    return Buffer.concat([
      file.subarray(0, first),
      file.subarray(second, second + length),
      file.subarray(first + length, second),
      file.subarray(first, first + length),
      file.subarray(second + length),
    ]);
  },
  'a restart marker lost': (file, numbers) => {
    const bytes = Buffer.from(file);
    const [begin, end] = pixelsOf(file);
    const places: number[] = [];
    for (let at = begin; at < end - 1; at += 1) {
      if (bytes[at] === 0xff && ((bytes[at + 1] ?? 0) & 0xf8) === 0xd0) places.push(at);
    }
    const at = places[Math.floor(places.length * numbers.next())];
    return at === undefined ? null : Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 2)]);
  },
} as const satisfies Readonly<Record<string, Damaging>>;
export type Damage = keyof typeof DAMAGES;
