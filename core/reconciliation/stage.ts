import type { z } from 'zod';
import type { Sweep } from './sweep.ts';

/** A part of a reconciliation: it walks one kind of things, some at a step. */
export interface Stage<Position = unknown> {
  /** How often it is due, in seconds. */
  readonly everySeconds: number;
  /** `false`: what it looks at is of several programs, and can be told of all of them only. */
  readonly isOfOneProgram: boolean;
  /** Where it stands between two steps, as it is stored. */
  readonly position: z.ZodType<Position>;
  readonly begin: Position;
  /**
   * Looks at some things and does what is to be done about them. Done twice, the second time changes nothing.
   *
   * @returns where to go on, or `null` at the end
   */
  step(sweep: Sweep, position: Position): Promise<Position | null>;
}

export const HOURLY = 3_600;
export const DAILY = 24 * HOURLY;
export const WEEKLY = 7 * DAILY;
