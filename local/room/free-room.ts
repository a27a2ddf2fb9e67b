import { statfsSync } from 'node:fs';
import { StorageFullError } from '../errors.ts';
import { bytesText } from './bytes-text.ts';

/** Bytes of a file system. */
export interface DiskReading {
  readonly free: number;
  readonly total: number;
}

const MEBI = 1024 * 1024;
/** So much is left to the work on photographs that were accepted: results, features, logs. Of a small disk a share. */
const KEPT_FOR_WORK = { bytes: 64 * MEBI, share: 1 / 20 };
/** Below this no more work is begun: what is in hand ends within it. */
const KEPT_FOR_WORK_IN_HAND = { bytes: 16 * MEBI, share: 1 / 80 };
/** A reading is trusted for so long. */
const FRESH_MILLISECONDS = 250;

function readDisk(directory: string): DiskReading {
  const { bavail, blocks, bsize } = statfsSync(directory);
  return { free: bavail * bsize, total: blocks * bsize };
}

function kept({ bytes, share }: typeof KEPT_FOR_WORK, { total }: DiskReading): number {
  return Math.min(bytes, Math.floor(total * share));
}

/**
 * The room on the disk of a data folder. New photographs are refused while there still is room for the work on those
 * that were accepted, and that work pauses before a write of it would fail:
 *
 * ```
 * free   64 MiB ─────────── 16 MiB ─────────── 0
 *   all goes on │ no new photographs │ no new work │ writes fail, and are repeated
 * ```
 */
export class FreeRoom {
  readonly directory: string;
  readonly #read: (directory: string) => DiskReading;
  #reading: DiskReading | null = null;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(directory: string, read = readDisk) {
    this.directory = directory;
    this.#read = read;
  }

  /**
   * Sees that there is room for a new photograph.
   *
   * @throws StorageFullError that says what is needed and what is free
   */
  requireFor(bytes: number): void {
    const reading = this.#fresh(0);
    if (reading === null) return;
    const needed = bytes + kept(KEPT_FOR_WORK, reading);
    if (reading.free >= needed) return;
    throw new StorageFullError(
      `There is no room for ${bytesText(bytes)} on the disk of data folder "${this.directory}": ${bytesText(reading.free)} are free, and ${bytesText(needed - bytes)} of it are kept for the work on photographs that are stored already. Nothing of it was stored, and nothing that is stored was lost. Free at least ${bytesText(needed - reading.free)} on that disk, then run the same command again: it goes on from here.`,
    );
  }

  /** Whether work may be begun. */
  get isEnoughForWork(): boolean {
    const reading = this.#fresh(FRESH_MILLISECONDS);
    return reading === null || reading.free >= kept(KEPT_FOR_WORK_IN_HAND, reading);
  }

  /** What to tell people while there is too little room; `null` while there is enough. */
  get shortage(): string | null {
    const reading = this.#fresh(FRESH_MILLISECONDS);
    if (reading === null || reading.free >= kept(KEPT_FOR_WORK, reading)) return null;
    const missing = bytesText(kept(KEPT_FOR_WORK, reading) - reading.free);
    const what = this.isEnoughForWork
      ? 'New photographs are refused; those that are stored are worked on.'
      : 'New photographs are refused, and those that are stored wait. Nothing is lost.';
    return `The disk of data folder "${this.directory}" is ${reading.free === 0 ? '' : 'almost '}full: ${bytesText(reading.free)} are free. ${what} Free at least ${missing} more: work goes on by itself.`;
  }

  /** `null` where the system does not tell. */
  #fresh(age: number): DiskReading | null {
    const now = performance.now();
    if (now - this.#readAt < age) return this.#reading;
    this.#readAt = now;
    try {
      const reading = this.#read(this.directory);
      this.#reading = reading.total > 0 ? reading : null;
    } catch {
      this.#reading = null;
    }
    return this.#reading;
  }
}
