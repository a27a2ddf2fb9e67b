import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OUTCOMES } from '../core/exams/outcome.ts';
import type { IndexedExam } from '../core/ports/index.ts';
import { normalized } from '../core/search/vectors.ts';
import { LocalVectorIndex } from '../local/search/local-vector-index.ts';
import { Random } from '../phantoms/random.ts';

/**
 * Searches made-up exams exactly and prints how long it takes:
 *
 *     node bench/search.ts [exams] [embedding]
 */
const exams = Number(process.argv[2] ?? 100_000);
const embedding = Number(process.argv[3] ?? 512);
const SEARCHES = 60;
const PUT_AT_ONCE = 1_000;

const random = new Random('search');

function randomVector(): Float32Array {
  const vector = new Float32Array(embedding);
  for (let channel = 0; channel < embedding; channel += 1) vector[channel] = random.normal();
  return normalized(vector);
}

function madeUpExam(index: number): IndexedExam {
  return {
    key: { program: 'north', patient: `P${index}`, exam: '2026-05-01' },
    model: 'm',
    vector: randomVector(),
    outcome: OUTCOMES[index % OUTCOMES.length] ?? 'recall',
    screenedAt: '2026-05-01T00:00:00.000Z',
  };
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const folder = await mkdtemp(join(tmpdir(), 'bench-search-'));
const index = new LocalVectorIndex(join(folder, 'search.sqlite'), folder);
try {
  const putting = await time(async () => {
    for (let from = 0; from < exams; from += PUT_AT_ONCE) {
      await index.put(Array.from({ length: PUT_AT_ONCE }, (_, place) => madeUpExam(from + place)));
    }
  });
  const search = () =>
    index.search({ program: 'north', model: 'm', vector: randomVector(), limit: 20, outcome: undefined });
  const first = await time(search);
  const milliseconds: number[] = [];
  const cpu = process.cpuUsage();
  for (let count = 0; count < SEARCHES; count += 1) milliseconds.push(await time(search));
  const { user, system } = process.cpuUsage(cpu);
  milliseconds.sort((a, b) => a - b);
  const at = (share: number) => Number((milliseconds[Math.floor(share * (SEARCHES - 1))] ?? 0).toFixed(1));
  process.stdout.write(
    `${JSON.stringify({
      exams,
      embedding,
      putPerSecond: Math.round((exams / putting) * 1000),
      firstSearchMilliseconds: Math.round(first),
      medianMilliseconds: at(0.5),
      p95Milliseconds: at(0.95),
      processorMillisecondsEach: Number(((user + system) / 1000 / SEARCHES).toFixed(1)),
      residentMegabytes: Math.round(process.memoryUsage.rss() / 1e6),
    })}\n`,
  );
} finally {
  index.close();
  await rm(folder, { recursive: true });
}
