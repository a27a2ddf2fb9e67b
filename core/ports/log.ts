/** Structured log lines. Fields carry pseudonyms only. Powertools' Logger is one. */
export interface Log {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Counts what happened. */
export interface Counters {
  /** Adds to a counter named as in `ExamScreened`, `ResultSuperseded`. */
  add(name: string, count: number): void;
}
