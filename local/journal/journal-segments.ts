import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataFolder } from '../data-folder.ts';
import { PRIVATE_FILE } from '../private-files.ts';
import { isMissing } from '../storage-errors.ts';
import { type JournaledVersion, readVersionLine, versionLine } from './version-line.ts';

/** Versions in one file: about 100 kB, so that taking a version out costs no more than storing one. */
export const VERSIONS_PER_SEGMENT = 256;
const NAME = /^([0-9a-f]{10})\.jsonl$/;
const NEWLINE = 0x0a;

/** Versions of one file of the journal, in their order, and how many lines of it could not be read. */
export interface Segment {
  readonly versions: readonly JournaledVersion[];
  readonly unreadable: number;
}

/** Number of the file that holds a version. */
export function segmentOf(sequence: number): number {
  return Math.floor(sequence / VERSIONS_PER_SEGMENT);
}

function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** `true` if the file's last line was cut off: what is appended must not be joined to it. */
function isTorn(descriptor: number): boolean {
  const size = fstatSync(descriptor).size;
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last[0] !== NEWLINE;
}

/**
 * The files of the journal, `objects/versions/{number}.jsonl`: one line for each version of an object. Everything here
 * is synchronous, for use inside a transaction, which keeps other processes out.
 */
export class JournalSegments {
  readonly #folder: DataFolder;

  constructor(folder: DataFolder) {
    this.#folder = folder;
  }

  pathOf(segment: number): string {
    return join(this.#folder.versions, `${segment.toString(16).padStart(10, '0')}.jsonl`);
  }

  /** Numbers of all files, in order. */
  all(): number[] {
    if (!existsSync(this.#folder.versions)) return [];
    return readdirSync(this.#folder.versions)
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map((digits) => Number.parseInt(digits, 16))
      .sort((a, b) => a - b);
  }

  /** Reads one file; a version that was written twice, since a crash came in between, counts once. */
  read(segment: number): Segment {
    const path = this.pathOf(segment);
    if (!existsSync(path)) return { versions: [], unreadable: 0 };
    const lines = readFileSync(path, 'utf8').split('\n');
    const found = new Map<number, JournaledVersion>();
    let unreadable = 0;
    for (const line of lines) {
      if (line === '') continue;
      const version = readVersionLine(line);
      if (version === null) unreadable += 1;
      else found.set(version.sequence, version);
    }
    return { versions: [...found.values()].sort((a, b) => a.sequence - b.sequence), unreadable };
  }

  /** Adds versions to the end of one file. They survive the death of every process, and a loss of power once flushed. */
  append(segment: number, versions: readonly JournaledVersion[]): void {
    const path = this.pathOf(segment);
    const isNew = !existsSync(path);
    const descriptor = openSync(path, 'a+', PRIVATE_FILE);
    try {
      const lines = versions.map((version) => `${versionLine(version)}\n`).join('');
      writeAll(descriptor, isTorn(descriptor) ? `\n${lines}` : lines);
    } finally {
      closeSync(descriptor);
    }
    if (isNew) syncPath(this.#folder.versions);
  }

  /** Brings one file onto the disk, while others go on. One that was written again or removed since is there already. */
  async flush(segment: number): Promise<void> {
    try {
      const handle = await open(this.pathOf(segment), 'r');
      try {
        await handle.datasync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /** The same, at once. */
  flushNow(segment: number): void {
    const path = this.pathOf(segment);
    if (existsSync(path)) syncPath(path);
  }

  /**
   * Writes one file again with these versions alone: of those that are left out, and of lines that were cut off, nothing
   * stays in it. On the disk once it returns.
   */
  rewrite(segment: number, versions: readonly JournaledVersion[]): void {
    const path = this.pathOf(segment);
    if (versions.length === 0) {
      rmSync(path, { force: true });
    } else {
      const temporary = join(this.#folder.temporary, randomUUID());
      const descriptor = openSync(temporary, 'wx', PRIVATE_FILE);
      try {
        writeAll(descriptor, versions.map((version) => `${versionLine(version)}\n`).join(''));
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, path);
    }
    syncPath(this.#folder.versions);
  }
}

function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}
