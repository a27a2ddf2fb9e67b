import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from '@hono/zod-openapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LATE_WRITERS_MINUTES } from '../../core/erasures/erasure-record.ts';
import { continueErasures } from '../../core/patients/continue-erasures.ts';
import type { erasureReceipt } from '../../functions/api/routes/patients.ts';
import { DEFAULT_BUNDLE } from '../../gpu-worker/testing/worker-run.ts';
import { type Host, startHost } from '../../local/host/host.ts';
import {
  BYSTANDER,
  doEverything,
  ERASED,
  FIRST,
  OF_BYSTANDER,
  OF_NEIGHBOUR,
  snapshotOf,
} from './everything.ts';
import { foundIn } from './search-bytes.ts';
import { ServedHost } from './served-host.ts';
import type { Traces } from './traces.ts';

let folder: string;
let host: Host;
let served: ServedHost;
let traces: Traces;
let before: unknown[];
let receipt: z.infer<typeof erasureReceipt>;

const othersNow = () => Promise.all([OF_BYSTANDER, OF_NEIGHBOUR].map((exam) => snapshotOf(served, exam)));

/** The neighbour's photograph was sent for the erased patient, too: the doubt stays, and names no patient. */
function withoutName(snapshots: unknown): unknown {
  const text = JSON.stringify(snapshots).replaceAll(`patient ${ERASED}`, 'patient (erased)');
  return JSON.parse(text.replaceAll(/"revision":\d+/g, '"revision":0'));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'erasure-'));
  host = await startHost({ dataFolder: folder, model: DEFAULT_BUNDLE, allowPrivateWebhooks: true });
  served = new ServedHost(host);
  traces = await doEverything(served);
  before = await othersNow();
}, 900_000);

afterAll(async () => {
  await host?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
}, 120_000);

describe('a patient whom everything was done with', () => {
  it('lies in many places before', async () => {
    const found = await foundIn(folder, traces.needles);
    const kinds = new Set(found.map((place) => place.split(' ')[0]));
    expect(kinds).toEqual(new Set(['photograph', 'pixels', 'features', 'probability', 'pseudonym']));
    console.info(`${traces.needles.size} byte sequences, found in ${found.length} places before the erasure`);
  });

  it('is erased with numbers that say what was removed', async () => {
    receipt = await served.call('DELETE', `/patients/${ERASED}`);
    console.info(JSON.stringify(receipt.erased));
    expect(receipt.erased).toMatchObject({ exams: 4, reviews: 1 });
    for (const name of [
      'images',
      'results',
      'features',
      'answers',
      'mentions',
      'messages',
      'events',
    ] as const) {
      expect(receipt.erased[name], name).toBeGreaterThan(0);
    }
    // Of the rows: two attempts that are listed, one of a former release.
    expect(receipt.erased.features).toBeGreaterThanOrEqual(5);
    expect(receipt.erased.auditEntries).toBe(1);
    expect(receipt.remaining.map(({ place }) => place)).toContain('backups of the data folder');
  }, 120_000);

  it('is found in one place until late writers have ended: the record of the erasure itself', async () => {
    const found = await foundIn(folder, traces.needles);
    // Log lines of what ran while it was erased go with the second look.
    const places = new Set(found.map((place) => place.replace(/ in .*(?:sqlite.*|SHA-256|\.log)$/, '')));
    expect([...places]).toEqual(['pseudonym']);
  });

  it('lies nowhere in the data folder after the second look', async () => {
    const later = () => new Date(Date.now() + (LATE_WRITERS_MINUTES + 1) * 60_000);
    const { closed } = await continueErasures(host.home, later);
    expect(closed).toBe(1);
    expect(await foundIn(folder, traces.needles)).toEqual([]);
  }, 120_000);

  it('leaves everything of the others as it was', async () => {
    const after = await othersNow();
    expect(after[0]).toEqual(before[0]);
    expect(withoutName(after)).toEqual(withoutName(before));
    expect(await readFile(join(folder, 'host.log'), 'utf8')).not.toContain(ERASED);
    const about = await served.call<{ items: unknown[] }>('GET', `/audit?patient=${BYSTANDER}`);
    expect(about.items.length).toBeGreaterThan(0);
  });

  it('may come again, as a new patient', async () => {
    const { left } = (await import('../../phantoms/index.ts').then(({ generatePatient }) =>
      generatePatient({ seed: 'again', index: 0, size: 256, defects: { missingEye: 0 } }),
    )) as unknown as { left: { jpeg: Buffer } };
    await served.upload(FIRST, 'left', left.jpeg);
    await served.upload(FIRST, 'right', Buffer.from('no photograph of anything'));
    const record = await served.screened(FIRST);
    expect(record.images).toHaveLength(2);
    expect(record.reviews ?? []).toEqual([]);
    expect(record.erasure).toBeDefined();
  }, 300_000);
});
