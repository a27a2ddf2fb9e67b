/** Names that a line of the log has itself: its text, its level, when and by which part it was written. */
const OWN_NAMES = ['at', 'level', 'message', 'timestamp', 'service', 'sampling_rate'] as const;

/** Fields of a line beside its text. None has a name of the line's own. */
export type LogFields = Readonly<Record<string, unknown>> & {
  readonly [name in (typeof OWN_NAMES)[number]]?: never;
};

/** Structured log lines. Fields carry pseudonyms only. Powertools' Logger is one. */
export interface Log {
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
}

/**
 * One line of a log as JSON. A field by a name of the line's own, as a foreign object may bring one, gets an underscore
 * behind its name and takes nothing's place.
 *
 * @example logLine('warn', 'A message was lost', { messageId: 'm1' }) // {"at":"…","level":"warn","message":"A message…
 */
export function logLine(level: string, message: string, fields: Readonly<Record<string, unknown>>): string {
  const own = { at: new Date().toISOString(), level, message };
  const isOwn = (name: string) => OWN_NAMES.some((one) => one === name);
  const renamed = Object.entries(fields).map(([name, value]) => [isOwn(name) ? `${name}_` : name, value]);
  return JSON.stringify({ ...own, ...Object.fromEntries(renamed) });
}

/** A log of JSON lines: on standard output unless told, where the host or the container's log driver takes them. */
export function lineLog(write: (line: string) => void = (line) => process.stdout.write(line)): Log {
  const entry = (level: string) => (message: string, fields: LogFields) =>
    write(`${logLine(level, message, fields)}\n`);
  return { info: entry('info'), warn: entry('warn'), error: entry('error') };
}

/** Counts what happened. */
export interface Counters {
  /** Adds to a counter named as in `ExamScreened`, `ResultSuperseded`. */
  add(name: string, count: number): void;
}
