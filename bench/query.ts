import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AuditTrail } from '../core/audit/audit-trail.ts';
import { DEFAULT_REVIEW_SETTINGS, readingOf } from '../core/exams/review-settings.ts';
import { createApi } from '../functions/api/app.ts';
import { SCOPES } from '../functions/api/caller.ts';
import { openLocalHome } from '../local/home.ts';
import { registeredExam, screenedExam } from '../test/conformance/exam-records.ts';

/*
 * Latency of the query API on one machine, with one program of many exams in the local table.
 *
 *   node bench/query.ts [--exams 100000] [--requests 200]
 *
 * Prints p50 and p99 of a patient, a page of a filtered work list, filtered pages of results, and the summary from
 * memory, in milliseconds.
 */
const { values } = parseArgs({
  options: { exams: { type: 'string', default: '100000' }, requests: { type: 'string', default: '200' } },
});
const exams = Number(values.exams);
const requests = Number(values.requests);
/** Exams written in one go. */
const BATCH = 250;
const LABELS = [
  'normal',
  'diabetic-retinopathy',
  'glaucoma',
  'cataract',
  'amd',
  'hypertension',
  'myopia',
  'other',
];

/** A number from 0 to 1, the same for the same two numbers. */
function draw(index: number, salt: number): number {
  return ((Math.imul(index + 1, 2_654_435_761) ^ Math.imul(salt + 1, 40_503)) >>> 0) / 2 ** 32;
}

const OTHERS = ['ungradable', 'refer', 'refer-urgent'] as const;

function examOf(index: number) {
  const key = { program: 'north', patient: `P${index}`, exam: '1' };
  const at = new Date(Date.UTC(2026, 0, 1) + index * 20_000).toISOString();
  // Nine in ten are recalled.
  const outcome = draw(index, 0) < 0.9 ? 'recall' : (OTHERS[index % 3] ?? 'refer');
  const record = screenedExam(registeredExam(key, at), outcome, at);
  const findings = LABELS.map((label, salt) => {
    const probability = draw(index, salt + 1) ** 3;
    return {
      level: 'patient' as const,
      image: null,
      head: 'odir',
      label,
      probability,
      threshold: 0.6,
      positive: probability >= 0.6,
    };
  });
  const reading = readingOf(DEFAULT_REVIEW_SETTINGS, key, { outcome, screenedAt: at });
  return { ...record, result: record.result && { ...record.result, findings }, reading };
}

const directory = await mkdtemp(join(tmpdir(), 'bench-query-'));
const home = await openLocalHome(directory);
try {
  const began = performance.now();
  for (let first = 0; first < exams; first += BATCH) {
    const count = Math.min(BATCH, exams - first);
    await Promise.all(Array.from({ length: count }, (_, offset) => home.exams.save(examOf(first + offset))));
  }
  const seconds = (performance.now() - began) / 1000;
  process.stdout.write(`${exams} exams stored in ${seconds.toFixed(1)} s\n`);

  const audit = new AuditTrail(home.objects);
  const app = createApi({
    home,
    audit,
    authenticate: () => ({ subject: 'bench', programs: '*', scopes: SCOPES }),
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (...line) => process.stderr.write(`${line}\n`),
    },
    rateLimit: { perSecond: 1e9, burst: 1e9 },
  });
  const measure = async (name: string, path: (index: number) => string) => {
    const times: number[] = [];
    for (let index = 0; index < requests; index += 1) {
      const start = performance.now();
      const response = await app.request(`/v1/programs/north${path(index)}`);
      await response.text();
      if (!response.ok) throw new Error(`${name}: status ${response.status}`);
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const quantile = (share: number) =>
      (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0).toFixed(1);
    process.stdout.write(`${name}: p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms\n`);
  };
  const patient = (index: number) => Math.floor(draw(index, 99) * exams);
  await measure('a patient', (index) => `/patients/P${patient(index)}/exams`);
  await measure('a page of 100 of the first readers’ work list', () => '/worklist?stage=first&limit=100');
  await measure('the same, referrals alone', () => '/worklist?stage=first&outcome=refer&limit=100');
  await measure('100 results of a common label', () => '/results?label=glaucoma&min=0.5&limit=100');
  await measure('a page of results of a label that no exam has', () => '/results?label=none&limit=100');
  const start = performance.now();
  await (await app.request('/v1/programs/north/summary')).text();
  process.stdout.write(`the first summary, counted: ${(performance.now() - start).toFixed(0)} ms\n`);
  await measure('the summary from memory', () => '/summary');
  await audit.flush();
} finally {
  await home.close();
  await rm(directory, { recursive: true });
}
