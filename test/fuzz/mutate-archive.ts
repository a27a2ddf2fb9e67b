import { crc32 } from 'node:zlib';
import { mutateBytes } from './mutate-bytes.ts';
import type { Random } from './random.ts';

/** The stored entries of a zip file, where their contents lie. */
function entriesOf(
  file: Buffer,
): { readonly record: number; readonly header: number; readonly begin: number; readonly bytes: number }[] {
  const end = file.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const entries = [];
  let at = file.readUInt32LE(end + 16);
  while (at + 46 <= end && file.readUInt32LE(at) === 0x02014b50) {
    const header = file.readUInt32LE(at + 42);
    const begin = header + 30 + file.readUInt16LE(header + 26) + file.readUInt16LE(header + 28);
    entries.push({ record: at, header, begin, bytes: file.readUInt32LE(at + 20) });
    at += 46 + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
  return entries;
}

/** Changes within one entry of a zip file, whose checksum is made to fit: what is behind the checksum is tried. */
export function mutateArchive(seed: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  if (random.onceIn(3)) return mutateBytes(seed, random, others);
  const file = Buffer.from(seed);
  const entry = random.pick(entriesOf(file));
  if (entry === undefined) return mutateBytes(seed, random, others);
  const content = mutateBytes(file.subarray(entry.begin, entry.begin + entry.bytes), random, []);
  // The entry keeps its length: the rest of the archive stays where it is.
  Buffer.alloc(entry.bytes, content.length === 0 ? 0 : content).copy(file, entry.begin);
  content.copy(file, entry.begin, 0, Math.min(content.length, entry.bytes));
  const checksum = crc32(file.subarray(entry.begin, entry.begin + entry.bytes));
  file.writeUInt32LE(checksum, entry.record + 16);
  file.writeUInt32LE(checksum, entry.header + 14);
  return file;
}
