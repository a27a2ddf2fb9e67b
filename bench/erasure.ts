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
import { listFeatureRows } from '../core/features/feature-rows.ts';
import { FEATURE_TENSORS, PRESENT_TENSOR } from '../core/features/feature-tensors.ts';
import { ObjectFeatureStore } from '../core/features/object-feature-store.ts';
import { featureShardKey } from '../core/keys/feature-shard-key.ts';
import { eraseFormerRows } from '../core/patients/erase-former-rows.ts';
import type { ObjectStore } from '../core/ports/index.ts';
import { encodeSafetensors } from '../core/tensors/safetensors.ts';
import { openLocalHome } from '../local/home.ts';

const ROWS = 16;
const CHANNELS = 512;
const DAY = new Date('2026-05-01T08:00:00Z');

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

function contentOf(shard: number): Buffer {
  const matrix = (tensor: number) => ({
    data: Float32Array.from({ length: ROWS * CHANNELS }, (_, index) => Math.sin(shard * 31 + tensor + index)),
    shape: [ROWS, CHANNELS],
  });
  const matrices = Object.fromEntries(FEATURE_TENSORS.map((name, tensor) => [name, matrix(tensor)]));
  const present = { data: new Uint8Array(2 * ROWS).fill(1), shape: [ROWS, 2] };
  const requests = Array.from({ length: ROWS }, (_, row) => `request-${shard}-${row}`).join(' ');
  return Buffer.from(
    encodeSafetensors(
      { ...matrices, [PRESENT_TENSOR]: present },
      { model: 'm', preprocessing: 'p', requests },
    ),
  );
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
  for (let shard = 0; shard < shards; shard += 1) {
    const listed = featureShardKey('m', DAY, String(shard));
    const rows = Array.from({ length: ROWS }, (_, row) => ({
      exam: { program: 'north', patient: `P${shard * ROWS + row}`, exam: '2026-05-01' },
      requestId: `request-${shard}-${row}`,
      place: { shard: listed, row },
    }));
    await listFeatureRows(home.objects, rows);
    const content = contentOf(shard);
    await home.objects.put(listed, content);
    await home.objects.put(`features/m/2026/05/01/${shard}.safetensors`, content);
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
    for (let shard = 0; shard < shards; shard += 1)
      await counted.get(featureShardKey('m', DAY, String(shard)));
    return 0;
  });
} finally {
  await home.close();
  await rm(directory, { recursive: true });
}
