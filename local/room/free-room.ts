import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
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
/** So much is written to see whether a disk that refused a write takes one again, so often at most. */
const TRIAL = Buffer.alloc(256 * 1024);
const TRIAL_MILLISECONDS = 1_000;

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
 *
 * A quota may refuse a write though the disk has room: after a refusal work pauses until a trial succeeds.
 */
export class FreeRoom {
  readonly directory: string;
  readonly #read: (directory: string) => DiskReading;
  #reading: DiskReading | null = null;
  #readAt = Number.NEGATIVE_INFINITY;
  #refused = false;
  #triedAt = Number.NEGATIVE_INFINITY;

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

  /** The disk has just refused a write for want of room. */
  noteRefusal(): void {
    this.#refused = true;
    this.#triedAt = performance.now();
  }

  /** Whether work may be begun. */
  get isEnoughForWork(): boolean {
    if (this.#refused && !this.#takesTrial()) return false;
    const reading = this.#fresh(FRESH_MILLISECONDS);
    return reading === null || reading.free >= kept(KEPT_FOR_WORK_IN_HAND, reading);
  }

  /** What to tell people while there is too little room; `null` while there is enough. */
  get shortage(): string | null {
    const reading = this.#fresh(FRESH_MILLISECONDS);
    if (reading === null || reading.free >= kept(KEPT_FOR_WORK, reading)) return this.#refusal();
    const missing = bytesText(kept(KEPT_FOR_WORK, reading) - reading.free);
    const what = this.isEnoughForWork
      ? 'New photographs are refused; those that are stored are worked on.'
      : 'New photographs are refused, and those that are stored wait. Nothing is lost.';
    return `The disk of data folder "${this.directory}" is ${reading.free === 0 ? '' : 'almost '}full: ${bytesText(reading.free)} are free. ${what} Free at least ${missing} more: work goes on by itself.`;
  }

  #refusal(): string | null {
    if (this.isEnoughForWork) return null;
    return `The disk of data folder "${this.directory}" takes no more, though it is not full: has its user a quota? What is stored waits, and nothing is lost. Free some space or raise the quota: work goes on by itself.`;
  }

  #takesTrial(): boolean {
    const now = performance.now();
    if (now - this.#triedAt < TRIAL_MILLISECONDS) return false;
    this.#triedAt = now;
    const file = join(this.directory, 'temporary', randomUUID());
    try {
      const descriptor = openSync(file, 'wx', 0o600);
      try {
        const written = writeSync(descriptor, TRIAL);
        fsyncSync(descriptor);
        this.#refused = written < TRIAL.length;
      } finally {
        closeSync(descriptor);
      }
    } catch {
      // It is tried again.
    } finally {
      rmSync(file, { force: true });
    }
    return !this.#refused;
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
