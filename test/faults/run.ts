import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { FaultCounts } from './fault-kinds.ts';
import { FaultPlaces, HOMES, type HomeName } from './fault-places.ts';
import { scheduleOf } from './schedule.ts';

const HELP = `Runs the system under faults and judges what became of every accepted photograph. Seeds alternate between
the homes. A seed that failed is run again alone by --seed N --schedules 1.

  npm run test:faults -- [--schedules 1000] [--seed 1] [--home local|live|aws] [--verbose]`;

/** On emulators most of the time is waiting for loans to end. */
const AT_ONCE: Readonly<Record<HomeName, number>> = { local: 1, live: 1, aws: 8 };

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    schedules: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    home: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
} else {
  const began = performance.now();
  const homes = values.home === undefined ? HOMES : HOMES.filter((name) => name === values.home);
  await using places = await FaultPlaces.start(homes);
  const counts = new FaultCounts();
  const endings = { answered: 0, replaced: 0, buried: 0, erased: 0 };
  const failed: string[] = [];
  const first = Number(values.seed);
  const limits = { local: pLimit(AT_ONCE.local), live: pLimit(AT_ONCE.live), aws: pLimit(AT_ONCE.aws) };

  const one = async (home: HomeName, seed: number): Promise<void> => {
    const faults: string[] = [];
    try {
      const outcome = await places.run(home, seed);
      counts.addAll(outcome.counts);
      for (const ending of Object.keys(endings) as (keyof typeof endings)[])
        endings[ending] += outcome.endings[ending];
      faults.push(...outcome.faults);
    } catch (error) {
      faults.push(String(error instanceof Error ? error.stack : error));
    }
    for (const fault of faults) console.log(`${home} ${seed}: ${fault}`);
    if (faults.length > 0) failed.push(`${home} ${seed}`);
    if (faults.length > 0 && values.verbose) console.log(JSON.stringify(scheduleOf(seed).steps));
  };

  const seeds = Array.from({ length: Number(values.schedules) }, (_, index) => first + index);
  await Promise.all(
    seeds.map((seed) => {
      const home = homes[seed % homes.length] ?? 'local';
      return limits[home](() => one(home, seed));
    }),
  );
  const minutes = Number(((performance.now() - began) / 60_000).toFixed(1));
  console.log(JSON.stringify({ schedules: seeds.length, seed: first, minutes, failed, counts, endings }));
  process.exitCode = failed.length === 0 ? 0 : 1;
}
// Calls that were killed have timers that nothing waits for.
process.exit();
