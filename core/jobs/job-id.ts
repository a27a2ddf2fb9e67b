import { randomBytes } from 'node:crypto';

/**
 * Names a job so that jobs sort by the instant they were called for.
 *
 * @param suffix tells jobs of one instant apart; a schedule gives its own id, so that firing twice makes one job
 * @example jobId(new Date('2026-05-01T08:00:00.000Z'), '3f9c') // '20260501T080000.000Z-3f9c'
 */
export function jobId(at: Date, suffix: string = randomBytes(4).toString('hex')): string {
  return `${at.toISOString().replaceAll(/[-:]/g, '')}-${suffix}`;
}

const INSTANT = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2}\.\d{3}Z)-/;

/** The instant by which a job is named; `null` if this system did not give the name. */
export function instantOfJob(job: string): Date | null {
  const [, year, month, day, hour, minute, second] = INSTANT.exec(job) ?? [];
  if (year === undefined) return null;
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
  return Number.isNaN(at.getTime()) ? null : at;
}
