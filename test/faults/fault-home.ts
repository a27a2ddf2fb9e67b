import type { Lane } from '../../core/lanes/lane.ts';
import type { Home } from '../../core/ports/index.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** A home to run schedules on, with what is done to it from outside. */
export interface FaultHome extends AsyncDisposable {
  /** `local`, `live` or `aws`. */
  readonly name: string;
  /** What screens: the worker, or the function of the live lane. */
  readonly lane: Lane;
  readonly home: Home;
  readonly clock: SimulatedClock;
  /** How long a worker borrows its messages. */
  readonly workerVisibilitySeconds: number;
  /** Time passes: on emulators whose clock cannot be moved it is waited for, as far as it matters. */
  pass(seconds: number): Promise<void>;
  /** Waits until the store can tell a new photograph of an eye from the one before by its time. */
  beforeUpload(eye: string): Promise<void>;
  /** Lets loans of processes that are dead end. */
  endLoans(): Promise<void>;
  /** Keeps a copy of what the home knows of exams and queues, not of its photographs. */
  saveDatabase(): Promise<void>;
  /** Puts the kept copy in the place of what is there. @returns `false` if none was kept */
  restoreDatabase(): Promise<boolean>;
}
