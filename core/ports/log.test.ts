import { Logger } from '@aws-lambda-powertools/logger';
import { expect, it, vi } from 'vitest';
import { type LogFields, lineLog, logLine } from './log.ts';

/** Fields of a foreign object, as no type keeps them out. */
const FOREIGN = {
  message: 'm1',
  level: 'none',
  at: 'never',
  service: 'x',
  exam: 'P1',
} as unknown as LogFields;

it('keeps its own text, level and time, whatever fields it is given', () => {
  const line = JSON.parse(logLine('warn', 'A message was lost', FOREIGN));
  expect(line).toMatchObject({
    level: 'warn',
    message: 'A message was lost',
    message_: 'm1',
    level_: 'none',
    exam: 'P1',
  });
  expect(Date.parse(line.at)).not.toBeNaN();
  const lines: string[] = [];
  lineLog((text) => lines.push(text)).error('It failed', FOREIGN);
  expect(JSON.parse(lines.join(''))).toMatchObject({ level: 'error', message: 'It failed', message_: 'm1' });
});

it('writes one line of its level, on standard output unless told', () => {
  const lines: string[] = [];
  const take = (text: unknown) => lines.push(String(text)) > 0;
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(take);
  const log = lineLog();
  log.info('It began', { exam: 'P1' });
  log.warn('It is slow', {});
  log.error('It failed', {});
  write.mockRestore();
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(['info', 'warn', 'error']);
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
});

it("keeps them on Lambda, by Powertools' Logger", () => {
  const written: string[] = [];
  const take = (text: unknown) => void written.push(String(text));
  for (const level of ['info', 'warn', 'error', 'log'] as const)
    vi.spyOn(console, level).mockImplementation(take);
  process.env.POWERTOOLS_DEV = 'true';
  try {
    new Logger({ serviceName: 'intake' }).info('A message was lost', FOREIGN);
  } finally {
    delete process.env.POWERTOOLS_DEV;
    vi.restoreAllMocks();
  }
  const line = written
    .map((text) => JSON.parse(text.startsWith('{') ? text : '{}'))
    .find(({ exam }) => exam === 'P1');
  expect(line).toMatchObject({ level: 'INFO', message: 'A message was lost', service: 'intake', exam: 'P1' });
});
