import { crc32 } from 'node:zlib';
import { UnreadableFileError } from '../errors.ts';
import type { RandomAccessFile } from './random-access-file.ts';

/** A stored (uncompressed) entry of a zip file. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: number;
  /** Where its local header begins. */
  readonly headerOffset: number;
  /** Of its content: CRC-32 as ISO 3309 has it. */
  readonly checksum: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const END_BYTES = 22;
/** 100,000 tensors would fit; no checkpoint has a longer directory. */
const LARGEST_DIRECTORY = 32 * 1024 * 1024;

function damaged(file: RandomAccessFile, what: string): UnreadableFileError {
  return new UnreadableFileError(`"${file.path}" is a damaged zip file: ${what}. Fetch it again.`);
}

function safeInteger(file: RandomAccessFile, value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(file, 'a size is beyond any file');
  return Number(value);
}

interface Directory {
  readonly offset: number;
  readonly bytes: number;
}

async function findDirectory(file: RandomAccessFile): Promise<Directory> {
  const tailBytes = Math.min(file.bytes, END_BYTES + LONGEST_COMMENT);
  const tailOffset = file.bytes - tailBytes;
  const tail = await file.read(tailOffset, tailBytes);
  let end = tailBytes - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END) end -= 1;
  if (end < 0) throw damaged(file, 'it has no directory, so it is truncated');
  const directory = { bytes: tail.readUInt32LE(end + 12), offset: tail.readUInt32LE(end + 16) };
  const locator = end - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== END_64_LOCATOR) return directory;
  const end64 = await file.read(safeInteger(file, tail.readBigUInt64LE(locator + 8)), 56);
  if (end64.readUInt32LE(0) !== END_64) throw damaged(file, 'its 64-bit directory is not where it should be');
  return {
    bytes: safeInteger(file, end64.readBigUInt64LE(40)),
    offset: safeInteger(file, end64.readBigUInt64LE(48)),
  };
}

/** Sizes and offsets of 4 GiB and more stand in an extra field, in this order, only where the short field is full. */
function wideFields(
  file: RandomAccessFile,
  record: Buffer,
  extra: Buffer,
): { bytes: number; headerOffset: number } {
  let compressed = record.readUInt32LE(20);
  let bytes = record.readUInt32LE(24);
  let headerOffset = record.readUInt32LE(42);
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let field = at + 4;
    const next = (): number => {
      if (field + 8 > extra.length) throw damaged(file, 'an entry has no size');
      const value = safeInteger(file, extra.readBigUInt64LE(field));
      field += 8;
      return value;
    };
    if (bytes === 0xffffffff) bytes = next();
    if (compressed === 0xffffffff) compressed = next();
    if (headerOffset === 0xffffffff) headerOffset = next();
    break;
  }
  if (compressed !== bytes) throw damaged(file, 'a stored entry has two sizes');
  return { bytes, headerOffset };
}

/**
 * Reads a zip file's directory and nothing else.
 *
 * @throws UnreadableFileError if it is damaged, or an entry is compressed or encrypted: PyTorch stores them as they are
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function readZipDirectory(file: RandomAccessFile): Promise<ReadonlyMap<string, ZipEntry>> {
  const { offset, bytes } = await findDirectory(file);
  if (bytes > LARGEST_DIRECTORY) throw damaged(file, 'its directory is too long');
  const directory = await file.read(offset, bytes);
  const entries = new Map<string, ZipEntry>();
  let at = 0;
  while (at + 46 <= directory.length && directory.readUInt32LE(at) === CENTRAL) {
    const record = directory.subarray(at);
    const nameEnd = 46 + record.readUInt16LE(28);
    const extraEnd = nameEnd + record.readUInt16LE(30);
    const name = record.toString('utf8', 46, nameEnd);
    if (record.readUInt16LE(10) !== 0 || (record.readUInt16LE(8) & 1) !== 0) {
      throw new UnreadableFileError(
        `Entry "${name}" of "${file.path}" is compressed or encrypted; PyTorch stores entries as they are. Save the checkpoint again with torch.save.`,
      );
    }
    if (entries.has(name)) throw damaged(file, `it has the entry "${name}" twice`);
    const checksum = record.readUInt32LE(16);
    entries.set(name, { name, checksum, ...wideFields(file, record, record.subarray(nameEnd, extraEnd)) });
    at += extraEnd + record.readUInt16LE(32);
  }
  if (at !== directory.length) throw damaged(file, 'its directory breaks off');
  refuseOverlaps(file, entries.values(), offset);
  return entries;
}

/** Two entries of the same bytes are one file to one reader and another file to another. */
function refuseOverlaps(file: RandomAccessFile, entries: Iterable<ZipEntry>, directory: number): void {
  let before: ZipEntry | undefined;
  const endOf = ({ headerOffset, name, bytes }: ZipEntry) =>
    headerOffset + LOCAL_BYTES + Buffer.byteLength(name) + bytes;
  for (const entry of [...entries].sort((a, b) => a.headerOffset - b.headerOffset)) {
    if (before !== undefined && endOf(before) > entry.headerOffset)
      throw damaged(file, `entry "${entry.name}" overlaps entry "${before.name}"`);
    if (endOf(entry) > directory) throw damaged(file, `entry "${entry.name}" overlaps the directory`);
    before = entry;
  }
}

/** Where an entry's content begins in the file. */
export async function contentOffset(file: RandomAccessFile, entry: ZipEntry): Promise<number> {
  const header = await file.read(entry.headerOffset, LOCAL_BYTES);
  if (header.readUInt32LE(0) !== LOCAL)
    throw damaged(file, `entry "${entry.name}" is not where it should be`);
  const nameBytes = header.readUInt16LE(26);
  const name = await file.read(entry.headerOffset + LOCAL_BYTES, nameBytes);
  if (name.toString('utf8') !== entry.name)
    throw damaged(file, `entry "${entry.name}" calls itself "${name.toString('utf8').slice(0, 80)}"`);
  return entry.headerOffset + LOCAL_BYTES + nameBytes + header.readUInt16LE(28);
}

/** Bytes that are in memory at once while a checksum is computed. */
const CHECKSUM_PART = 4 * 1024 * 1024;

/**
 * Compares an entry's content with its checksum.
 *
 * @throws UnreadableFileError naming the entry
 */
export async function verifyChecksum(file: RandomAccessFile, entry: ZipEntry): Promise<void> {
  const start = await contentOffset(file, entry);
  let checksum = 0;
  for (let at = 0; at < entry.bytes; at += CHECKSUM_PART)
    checksum = crc32(await file.read(start + at, Math.min(CHECKSUM_PART, entry.bytes - at)), checksum);
  if (checksum !== entry.checksum)
    throw damaged(file, `the content of entry "${entry.name}" is not what its checksum says`);
}
