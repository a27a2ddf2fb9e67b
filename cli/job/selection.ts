import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { reasonOf } from '../../core/errors.ts';
import { isIdentifier } from '../../core/exams/identifier.ts';
import type { JobSelection } from '../../core/jobs/job-record.ts';
import { WrongUseError } from '../errors.ts';
import { instantOption } from '../results/instant-option.ts';
import type { JobClient } from './job-client.ts';

/** Options that choose exams. Without any, all are chosen. */
export interface SelectionOptions {
  readonly since?: string;
  readonly until?: string;
  readonly outcome?: JobSelection['outcome'];
  readonly label?: string;
  readonly min?: string;
  readonly notScreened: boolean;
  readonly dueForRecall?: string;
  readonly manifest?: string;
  readonly retry?: string;
}

const rowsSchema = z.array(z.object({ patient: z.string(), exam: z.string() }));

function probability(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new WrongUseError(`Expected a probability from 0 to 1 for ${option} but received "${text}".`);
  return value;
}

/** Reads a manifest: CSV with the columns patient and exam, or JSONL with these fields. */
async function readManifest(file: string): Promise<z.infer<typeof rowsSchema>> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new WrongUseError(`Manifest "${file}" cannot be read: ${error.message}`);
  });
  let rows: unknown;
  try {
    rows = text.trimStart().startsWith('{')
      ? text
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map((line) => JSON.parse(line))
      : parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    throw new WrongUseError(`Manifest "${file}" is not sound: ${reasonOf(error)}`);
  }
  const parsed = rowsSchema.safeParse(rows);
  if (!parsed.success)
    throw new WrongUseError(
      `Manifest "${file}" needs the columns patient and exam. ${z.prettifyError(parsed.error)}`,
    );
  for (const { patient, exam } of parsed.data) {
    const wrong = [patient, exam].find((name) => !isIdentifier(name));
    if (wrong !== undefined)
      throw new WrongUseError(`Manifest "${file}" names ${JSON.stringify(wrong)}, which is no id.`);
  }
  if (parsed.data.length === 0) throw new WrongUseError(`Manifest "${file}" names no exam.`);
  return parsed.data;
}

async function sendManifest(client: JobClient, file: string): Promise<string> {
  const rows = await readManifest(file);
  const lines = rows.map(({ patient, exam }) => `${JSON.stringify({ patient, exam })}\n`);
  const content = Uint8Array.from(Buffer.from(lines.join('')));
  return client.storeManifest(content, createHash('sha256').update(content).digest('hex'));
}

/**
 * Makes a selection of the command's options; a manifest is sent to the system.
 *
 * @throws WrongUseError naming the option at fault
 */
export async function selectionOf(client: JobClient, options: SelectionOptions): Promise<JobSelection> {
  const { outcome, label, min, dueForRecall, manifest, retry } = options;
  if (label === undefined && min !== undefined)
    throw new WrongUseError('--min is a probability of a label: give --label as well.');
  if (manifest !== undefined && retry !== undefined)
    throw new WrongUseError('--manifest and --retry contradict each other: give one of them.');
  const days = dueForRecall === undefined ? undefined : Number(dueForRecall);
  if (days !== undefined && (!Number.isInteger(days) || days < 1))
    throw new WrongUseError(`Expected whole days for --due-for-recall but received "${dueForRecall}".`);
  return {
    ...(options.since === undefined ? {} : { since: instantOption('--since', options.since) }),
    ...(options.until === undefined ? {} : { until: instantOption('--until', options.until) }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(label === undefined
      ? {}
      : { label: { name: label, minimumProbability: probability('--min', min ?? '0') } }),
    ...(options.notScreened ? { notScreenedWithModel: true as const } : {}),
    ...(days === undefined ? {} : { dueForRecallAfterDays: days }),
    ...(manifest === undefined ? {} : { manifest: await sendManifest(client, manifest) }),
    ...(retry === undefined ? {} : { failedInJob: retry }),
  };
}

/** Reads `head/label=0.4`. @throws WrongUseError */
export function thresholdsOf(texts: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([a-z0-9-]+\/[a-z0-9-]+)=(.+)$/.exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw new WrongUseError(`Expected HEAD/LABEL=PROBABILITY for --threshold but received "${text}".`);
      return [name, probability('--threshold', value)];
    }),
  );
}
