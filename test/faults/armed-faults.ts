import { StorageFullError } from '../../local/errors.ts';
import type { FaultCounts } from './fault-kinds.ts';

/** A fault that waits for its call: the `after`th one of a process from now. */
export interface ArmedFault {
  readonly fault: 'kill' | 'lost acknowledgement' | 'duplicate delivery' | 'reordered delivery' | 'disk full';
  readonly after: number;
  /** Whether a process that is killed has done the call at which it dies. */
  readonly done?: boolean;
  /** How many writing calls a full disk refuses. */
  readonly calls?: number;
}

/** What a process is about to ask of its home. */
export interface PortCall {
  readonly method: string;
  readonly isWrite: boolean;
}

/** What a call meets: what comes before it is done, and what after. */
export interface Fate {
  readonly before?: 'kill' | Error;
  readonly after?: 'kill' | 'duplicate' | 'reorder' | Error;
}

/** Only the call that a fault is about can meet it. */
function concerns({ fault }: ArmedFault, { method, isWrite }: PortCall): boolean {
  switch (fault) {
    case 'kill':
      return true;
    case 'lost acknowledgement':
      return isWrite;
    case 'duplicate delivery':
      return method === 'send';
    case 'reordered delivery':
      return method === 'receive';
    case 'disk full':
      return isWrite && method !== 'delete' && method !== 'deleteVersion' && method !== 'extend';
  }
}

/** The faults that lie in wait for one process. */
export class ArmedFaults {
  readonly #counts: FaultCounts;
  #armed: { readonly fault: ArmedFault; left: number }[];
  #refused = 0;

  constructor(counts: FaultCounts, faults: readonly ArmedFault[]) {
    this.#counts = counts;
    this.#armed = faults.map((fault) => ({ fault, left: fault.after }));
  }

  /** Counts the call against every fault that it concerns, and tells what it meets: the first that is due. */
  fateOf(call: PortCall): Fate {
    const writes = concerns({ fault: 'disk full', after: 0 }, call);
    if (this.#refused > 0 && writes) {
      this.#refused -= 1;
      return { before: new StorageFullError('No space is left on the simulated disk.') };
    }
    const about = this.#armed.filter(({ fault }) => concerns(fault, call));
    const due = about.find(({ left }) => left === 0);
    for (const armed of about) if (armed !== due) armed.left = Math.max(0, armed.left - 1);
    if (due === undefined) return {};
    this.#armed = this.#armed.filter((armed) => armed !== due);
    return this.#happen(due.fault);
  }

  #happen(due: ArmedFault): Fate {
    this.#counts.add(due.fault);
    switch (due.fault) {
      case 'kill':
        return due.done ? { after: 'kill' } : { before: 'kill' };
      case 'lost acknowledgement':
        return { after: new Error('The simulated connection broke before the answer came.') };
      case 'duplicate delivery':
        return { after: 'duplicate' };
      case 'reordered delivery':
        return { after: 'reorder' };
      case 'disk full':
        this.#refused = (due.calls ?? 1) - 1;
        return { before: new StorageFullError('No space is left on the simulated disk.') };
    }
  }
}
