import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import type { Host } from '../../local/host/host.ts';

/** Nothing here is about speed: a busy machine is waited for. */
const PATIENCE_MILLISECONDS = 240_000;
const PROGRAM = 'north';

/** A permission to upload. */
export interface Permission {
  readonly action: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly key: string;
}

export interface ExamOf {
  readonly patient: string;
  readonly exam: string;
}

/** Waits until something is so. @throws naming what was waited for */
export async function until<Value>(what: string, look: () => Promise<Value | undefined>): Promise<Value> {
  const end = performance.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await delay(100);
  }
}

/** A host, spoken to by its API as a client does. */
export class ServedHost {
  readonly host: Host;

  constructor(host: Host) {
    this.host = host;
  }

  async call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.host.url}/v1/programs/${PROGRAM}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.host.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return JSON.parse(text === '' ? '{}' : text) as Answer;
  }

  /** Uploads a photograph as the command does: asks for a permission, and puts the bytes there. */
  async upload({ patient, exam }: ExamOf, laterality: Laterality, content: Uint8Array): Promise<string> {
    const sha256 = createHash('sha256').update(content).digest('hex');
    const intent = { patient, exam, laterality, extension: 'jpg', sha256, bytes: content.length };
    const body = { images: [{ ...intent, contentType: 'image/jpeg', eyes: 'both' }] };
    const { items } = await this.call<{ items: [Permission] }>('POST', '/uploads', body);
    const [{ action, url, headers, key }] = items;
    if (action !== 'upload') throw new Error(`Expected a permission for ${key} but it is there.`);
    const put = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(content) });
    if (!put.ok) throw new Error(`The upload of ${key} was answered ${put.status}.`);
    return key;
  }

  record({ patient, exam }: ExamOf): Promise<ExamRecord | undefined> {
    return this.host.home.exams.get({ program: PROGRAM, patient, exam });
  }

  /** Waits for an exam's answer to its latest request. @param isIt what else its record must say */
  screened(exam: ExamOf, isIt: (record: ExamRecord) => boolean = () => true): Promise<ExamRecord> {
    return until(`the answer of ${exam.patient}/${exam.exam}`, async () => {
      const record = await this.record(exam);
      return record?.status === 'screened' && isIt(record) ? record : undefined;
    });
  }

  /** Creates a job and waits for its end. */
  async job(body: unknown): Promise<string> {
    const { job } = await this.call<{ job: string }>('POST', '/jobs', body);
    await until(`the end of job ${job}`, async () => {
      const view = await this.call<{ finishedAt: string | null }>('GET', `/jobs/${job}`);
      return view.finishedAt ?? undefined;
    });
    return job;
  }
}
