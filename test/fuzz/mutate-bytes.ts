import type { Random } from './random.ts';

/** Numbers at which lengths, counts and offsets break. */
const EDGES = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];

type Change = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

function place(bytes: Buffer, random: Random): number {
  // Headers decide more than contents do.
  return random.onceIn(2) ? random.below(Math.min(bytes.length, 256)) : random.below(bytes.length);
}

const CHANGES: readonly [Change, ...Change[]] = [
  // A bit.
  (bytes, random) => {
    const at = place(bytes, random);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    return bytes;
  },
  // A byte.
  (bytes, random) => {
    bytes[place(bytes, random)] = random.below(256);
    return bytes;
  },
  // A number of some width, in either order.
  (bytes, random) => {
    const width = random.pick([1, 2, 4, 8] as const);
    const number = Buffer.alloc(8);
    number.writeBigUInt64LE(BigInt.asUintN(64, (random.pick(EDGES) ?? 0n) + BigInt(random.below(3) - 1)));
    const part = Buffer.from(number.subarray(0, width));
    if (random.onceIn(2)) part.reverse();
    part.copy(bytes, place(bytes, random));
    return bytes;
  },
  // The end is missing.
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  // Something is behind the end.
  (bytes, random) => Buffer.concat([bytes, Buffer.alloc(1 + random.below(64), random.below(256))]),
  // A part is missing, or stands twice.
  (bytes, random) => {
    const from = place(bytes, random);
    const to = Math.min(bytes.length, from + 1 + random.below(64));
    const times = random.onceIn(2) ? 0 : 2 + random.below(3);
    return Buffer.concat([
      bytes.subarray(0, from),
      ...Array<Buffer>(times).fill(bytes.subarray(from, to)),
      bytes.subarray(to),
    ]);
  },
  // A part of another file.
  (bytes, random, others) => {
    const other = random.pick(others) ?? bytes;
    const from = random.below(other.length);
    const at = place(bytes, random);
    const part = other.subarray(from, from + 1 + random.below(256));
    return Buffer.concat([
      bytes.subarray(0, at),
      part,
      bytes.subarray(random.onceIn(2) ? at : at + part.length),
    ]);
  },
];

/** One to four changes of a file. */
export function mutateBytes(seed: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  let bytes = Buffer.from(seed);
  for (let changes = 1 + random.below(4); changes > 0 && bytes.length > 0; changes -= 1)
    bytes = Buffer.from(random.pick(CHANGES)(bytes, random, others));
  return bytes;
}
