/** Everything that a schedule can do to the system, each counted when it has truly happened. */
export const FAULTS = [
  'kill',
  'lost acknowledgement',
  'duplicate delivery',
  'reordered delivery',
  'disk full',
  'clock step',
  'queue emptied',
  'older database',
  'erasure',
  'repeated upload',
  'replaced photograph',
  'model change',
  'job',
  'pixels lost',
  'pixels damaged',
  'poison',
  'scan bomb',
] as const;
export type Fault = (typeof FAULTS)[number];

/** How often each fault has happened. */
export class FaultCounts {
  readonly #counts = new Map<Fault, number>(FAULTS.map((fault) => [fault, 0]));

  add(fault: Fault, count = 1): void {
    this.#counts.set(fault, this.of(fault) + count);
  }

  addAll(other: FaultCounts): void {
    for (const fault of FAULTS) this.add(fault, other.of(fault));
  }

  of(fault: Fault): number {
    return this.#counts.get(fault) ?? 0;
  }

  /** Faults that no schedule has met. */
  missing(allowed: readonly Fault[] = []): readonly Fault[] {
    return FAULTS.filter((fault) => this.of(fault) === 0 && !allowed.includes(fault));
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
