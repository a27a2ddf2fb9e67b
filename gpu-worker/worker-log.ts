import { type Log, type LogFields, logLine } from '../core/ports/log.ts';

/** One JSON line for each entry on standard output, where the host or the container's log driver takes it. */
export function lineLog(write: (line: string) => void = (line) => process.stdout.write(line)): Log {
  const entry = (level: string) => (message: string, fields: LogFields) =>
    write(`${logLine(level, message, fields)}\n`);
  return { info: entry('info'), warn: entry('warn'), error: entry('error') };
}
