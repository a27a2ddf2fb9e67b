/** How many things that tell of a patient were removed, by where they lay. */
export interface TraceCounts {
  /** Messages that waited, were on loan or lay in a dead-letter queue. */
  readonly messages: number;
  readonly events: number;
  readonly logLines: number;
}

/** A place that an erasure cannot reach into, and what becomes of it there. */
export interface RemainingPlace {
  readonly place: string;
  /** What still tells of the patient there, and to whom. */
  readonly holds: string;
  /** At most so long after the erasure; `null` where only an operator can say. */
  readonly days: number | null;
}

/** What a home keeps of patients beside objects, exams and vectors: messages, events, lines of logs, removed rows. */
export interface PatientTraces {
  /**
   * Removes what tells of a patient. What is about an exam that came after the erasure stays.
   *
   * @param later ids of those exams
   */
  erase(program: string, patient: string, later: ReadonlySet<string>): Promise<TraceCounts>;
  /** Where something stays for a time, since it cannot be searched or must not be changed. */
  readonly remaining: readonly RemainingPlace[];
}
