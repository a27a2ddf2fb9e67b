/**
 * How an erasure finds a patient's rows of features among 10,000 exams: by the list of rows, by the headers of shards that
 * a former release left unlisted, and, to compare with, by reading every shard.
 *
 * npx node bench/erasure.ts [--exams 10000]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ObjectFeatureStore } from '../core/features/object-feature-store.ts';
import { shardOf } from '../core/features/write-shard.ts';
import { eraseFormerRows } from '../core/patients/erase-former-rows.ts';
import type { FeatureBatch, ObjectStore } from '../core/ports/index.ts';
import { openLocalHome } from '../local/home.ts';

const ROWS = 16;
const CHANNELS = 512;

const { values } = parseArgs({ options: { exams: { type: 'string', default: '10000' } } });
const exams = Number(values.exams);
const shards = Math.ceil(exams / ROWS);

const directory = await mkdtemp(join(tmpdir(), 'erasure-bench-'));
const home = await openLocalHome(directory, { notifications: [] });
const calls = new Map<string, number>();
let bytes = 0;
const counted = new Proxy(home.objects, {
  get(target, property) {
    const value: unknown = Reflect.get(target, property, target);
    if (typeof value !== 'function') return value;
    return async (...words: unknown[]) => {
      const name = String(property);
      calls.set(name, (calls.get(name) ?? 0) + 1);
      const answer = await value.apply(target, words);
      if (name === 'get') bytes += answer.content.length;
      return answer;
    };
  },
}) as ObjectStore;
const features = new ObjectFeatureStore(counted);

function batchOf(shard: number): FeatureBatch {
  const matrix = (tensor: number) =>
    Float32Array.from({ length: ROWS * CHANNELS }, (_, index) => Math.sin(shard * 31 + tensor + index));
  return {
    ...{ model: 'm', preprocessing: 'p' },
    exams: Array.from({ length: ROWS }, (_, row) => ({
      exam: { program: 'north', patient: `P${shard * ROWS + row}`, exam: '2026-05-01' },
      requestId: `request-${shard}-${row}`,
      eyes: { left: true, right: true },
    })),
    matrices: {
      ...{ leftVisual: matrix(0), rightVisual: matrix(1), left: matrix(2), right: matrix(3) },
      patient: matrix(4),
    },
  };
}

async function measured(what: string, work: () => Promise<number>): Promise<void> {
  calls.clear();
  bytes = 0;
  const began = performance.now();
  const rows = await work();
  const seconds = ((performance.now() - began) / 1_000).toFixed(2);
  const told = [...calls].map(([name, count]) => `${count} ${name}`).join(', ');
  console.log(`${what}: ${rows} rows in ${seconds} s; ${told}; ${(bytes / 1e6).toFixed(1)} MB read`);
}

try {
  const began = performance.now();
  const listed: string[] = [];
  for (let shard = 0; shard < shards; shard += 1) {
    const batch = batchOf(shard);
    const [first] = await features.put(batch);
    if (first !== undefined) listed.push(first.shard);
    // As a former release has put it among the objects.
    await home.objects.put(`features/m/2026/05/01/${shard}.safetensors`, shardOf(batch));
  }
  console.log(
    `${shards} shards of ${ROWS} rows, listed and not, in ${((performance.now() - began) / 1_000).toFixed(0)} s`,
  );
  const middle = Math.floor(shards / 2);
  await measured('by the list of rows', async () => {
    let erased = 0;
    for await (const { place } of features.rowsOf('north', `P${middle * ROWS + 3}`)) {
      if ((await features.erase(place)) === 'erased') erased += 1;
    }
    return erased;
  });
  await measured('by the headers of unlisted shards', () =>
    eraseFormerRows(features, '2026-05-01', new Set([`request-${middle}-3`])),
  );
  await measured('by reading every shard', async () => {
    for (const shard of listed) await counted.get(shard);
    return 0;
  });
} finally {
  await home.close();
  await rm(directory, { recursive: true });
}
