import { changeStored } from '../documents/change-stored.ts';
import { eraseFormerVersions, eraseObject } from '../objects/erase-objects.ts';
import type { ObjectStore } from '../ports/index.ts';
import { mentions, withoutMention } from '../pseudonyms/mentions.ts';
import {
  JOB_MANIFESTS_PREFIX,
  JOB_REPORTS_PREFIX,
  JOBS_PREFIX,
  receiptKey,
  shardOfResults,
} from './job-keys.ts';
import { ERASED_EXAM, ERASED_NAME } from './job-plan.ts';

const PAGE = 1_000;
/** Objects read side by side. */
const AT_ONCE = 16;

interface Changed {
  readonly text: string;
  readonly lines: number;
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

function isOf(value: Json | undefined, patient: string): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && value.patient === patient;
}

/** Blanks every name of the patient and removes the patient's probabilities. */
class Anonymous {
  readonly #patient: string;
  lines = 0;

  constructor(patient: string) {
    this.#patient = patient;
  }

  of(value: Json): Json {
    if (typeof value === 'string') return this.#text(value);
    if (Array.isArray(value)) return value.map((item) => this.of(item));
    if (value === null || typeof value !== 'object') return value;
    if (value.patient === this.#patient) return this.#nobody(value);
    const { exams, failed } = value;
    if (Array.isArray(exams) && Array.isArray(failed)) return this.#results(value, exams, failed);
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, this.of(part)]));
  }

  #nobody(value: object): Json {
    this.lines += 1;
    if ('features' in value) return { ...ERASED_EXAM };
    return 'reason' in value ? { ...ERASED_NAME, reason: ERASED_EXAM.problem } : { ...ERASED_NAME };
  }

  /** What was found of the patient goes; the exam counts among those that failed, so that the numbers add up. */
  #results(value: object, exams: readonly Json[], failed: readonly Json[]): Json {
    const others = exams.filter((exam) => !isOf(exam, this.#patient));
    this.lines += exams.length - others.length;
    const erased = exams.slice(others.length).map(() => ({ ...ERASED_NAME, reason: ERASED_EXAM.problem }));
    return { ...value, exams: others, failed: [...failed.map((one) => this.of(one)), ...erased] };
  }

  #text(text: string): string {
    if (!mentions(text, this.#patient)) return text;
    this.lines += 1;
    return withoutMention(text, this.#patient, ERASED_NAME.patient);
  }
}

function inJson(text: string, patient: string): Changed {
  const anonymous = new Anonymous(patient);
  return { text: JSON.stringify(anonymous.of(JSON.parse(text))), lines: anonymous.lines };
}

function inLines(text: string, patient: string): Changed {
  const anonymous = new Anonymous(patient);
  const lines = text
    .split('\n')
    .map((line) => (line === '' ? '' : JSON.stringify(anonymous.of(JSON.parse(line)))));
  return { text: lines.join('\n'), lines: anonymous.lines };
}

/** Planning goes on at a byte of an uploaded selection, so what follows must stay where it is. */
function inSelection(text: string, patient: string): Changed {
  let lines = 0;
  const kept = text.split('\n').map((line) => {
    if (!mentions(line, patient) || !isOf(JSON.parse(line), patient)) return line;
    lines += 1;
    return ' '.repeat(Buffer.byteLength(line));
  });
  return { text: kept.join('\n'), lines };
}

async function changeObject(
  store: ObjectStore,
  key: string,
  patient: string,
  change: (text: string, patient: string) => Changed,
): Promise<number> {
  let lines = 0;
  const isThere = await changeStored(store, key, (text) => {
    const changed = mentions(text, patient) ? change(text, patient) : { text, lines: 0 };
    lines = changed.lines;
    return changed.text;
  });
  // Also where the name is gone already: an earlier attempt may have ended before this.
  if (isThere) await eraseFormerVersions(store, key);
  return lines;
}

/** Results are useless once the receipt says that they are written to their exams. */
async function isDealtWith(store: ObjectStore, key: string): Promise<boolean> {
  const shard = shardOfResults(key);
  return shard !== null && (await store.head(receiptKey(shard.job, shard.shard))) !== undefined;
}

async function eraseFromObject(store: ObjectStore, key: string, patient: string): Promise<number> {
  if (key.startsWith(JOB_MANIFESTS_PREFIX)) return changeObject(store, key, patient, inSelection);
  if (!(await isDealtWith(store, key))) {
    return changeObject(store, key, patient, key.endsWith('.jsonl') ? inLines : inJson);
  }
  const lines = await changeObject(store, key, patient, inJson);
  await eraseObject(store, key);
  return lines;
}

/**
 * Takes a patient out of a program's jobs: out of selections, results that are still to be written, receipts and
 * reports. A running job fails at the exam, as it does at any erased exam, without naming it.
 *
 * It reads every remaining part of every job: of jobs that have ended, receipts and reports.
 *
 * @returns how many lines named the patient
 */
export async function eraseFromJobs(store: ObjectStore, program: string, patient: string): Promise<number> {
  let lines = 0;
  for (const prefix of [JOBS_PREFIX, JOB_REPORTS_PREFIX, JOB_MANIFESTS_PREFIX]) {
    let cursor: string | undefined;
    do {
      const page = await store.list(`${prefix}${program}/`, { limit: PAGE, cursor });
      for (let start = 0; start < page.items.length; start += AT_ONCE) {
        const part = page.items.slice(start, start + AT_ONCE);
        const counts = await Promise.all(part.map(({ key }) => eraseFromObject(store, key, patient)));
        lines += counts.reduce((sum, count) => sum + count, 0);
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
  return lines;
}
