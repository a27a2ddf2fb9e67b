import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openLocalHome } from '../local/home.ts';

/**
 * Photographs stored a second on one machine, one after another and several at once, and the processor time of each:
 * `node bench/object-puts.ts`. With `--against DIR`, another checkout of this project is measured in turn with this one,
 * on the same disk, and the ratio of the two is told, round by round in the median.
 */
const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    puts: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '5' },
    kilobytes: { type: 'string', default: '500' },
  },
});
const [puts, rounds, kilobytes] = [Number(values.puts), Number(values.rounds), Number(values.kilobytes)];

type Open = typeof openLocalHome;
interface Measured {
  readonly putsPerSecond: number;
  /** Of all threads, for each put, in milliseconds. */
  readonly processor: number;
}

const checkouts: [string, Open][] = [['this', openLocalHome]];
if (values.against !== undefined)
  checkouts.push(['other', (await import(resolve(values.against, 'local/home.ts'))).openLocalHome]);

async function measure(open: Open, concurrency: number): Promise<Measured> {
  const directory = await mkdtemp(join(tmpdir(), 'puts-'));
  const home = await open(directory);
  const contents = Array.from({ length: puts }, () => randomBytes(kilobytes * 1_000));
  let next = 0;
  async function lane(): Promise<void> {
    for (let index = next++; index < puts; index = next++) {
      const content = contents[index];
      if (content !== undefined) await home.objects.put(`images/north/P${index}/e/left.jpg`, content);
    }
  }
  const [began, used] = [performance.now(), process.cpuUsage()];
  await Promise.all(Array.from({ length: concurrency }, lane));
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(used);
  await home.close();
  await rm(directory, { recursive: true });
  return { putsPerSecond: puts / seconds, processor: (user + system) / 1_000 / puts };
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

for (const concurrency of [1, 8, 32]) {
  const measured = new Map<string, Measured[]>(checkouts.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const [name, open] of round % 2 === 0 ? checkouts : checkouts.toReversed())
      measured.get(name)?.push(await measure(open, concurrency));
  for (const [checkout, all] of measured) {
    const rates = all.map(({ putsPerSecond }) => Math.round(putsPerSecond));
    const processor = Number(median(all.map((one) => one.processor)).toFixed(2));
    const line = { checkout, concurrency, kilobytes, puts, putsPerSecond: median(rates), processor };
    console.log(JSON.stringify({ ...line, low: Math.min(...rates), high: Math.max(...rates) }));
  }
  const [own = [], others = []] = [measured.get('this'), measured.get('other')];
  if (others.length > 0) {
    const ratios = own.map((one, round) => one.putsPerSecond / (others[round]?.putsPerSecond ?? Number.NaN));
    console.log(JSON.stringify({ concurrency, ratio: Number(median(ratios).toFixed(2)) }));
  }
}
