import { readFileSync } from 'node:fs';

/** Counts the milliseconds that pass, whatever the time of day is set to. */
export interface MachineClock {
  /** Names the time since the machine was started; '' where the system does not name it. */
  readonly boot: string;
  /** Milliseconds since some moment of this boot, the same for every process of the machine. */
  read(): number;
}

function bootName(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/**
 * The monotonic clock of this machine: on Linux CLOCK_MONOTONIC, which all processes share and which stands still while
 * the machine sleeps.
 *
 * @see https://nodejs.org/api/process.html#processhrtimebigint
 */
export function machineClock(): MachineClock {
  return { boot: bootName(), read: () => Number(process.hrtime.bigint() / 1_000_000n) };
}
