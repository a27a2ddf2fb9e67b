import { parseArgs } from 'node:util';
import { FaultCounts } from './fault-kinds.ts';
import { openLocalFaultHome } from './local-fault-home.ts';
import { Photographs } from './photographs.ts';
import { runSchedule } from './run-schedule.ts';
import { scheduleOf } from './schedule.ts';
import { ScreeningWorkers } from './screening-worker.ts';

const HELP = `Runs the system under faults and judges what became of every accepted photograph.

  npm run test:faults -- [--schedules 1000] [--seed 1] [--verbose]`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    schedules: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
} else {
  const photographs = await Photographs.draw();
  await using workers = await ScreeningWorkers.start();
  const counts = new FaultCounts();
  const endings = { answered: 0, replaced: 0, buried: 0, erased: 0 };
  const failed: number[] = [];
  const first = Number(values.seed);
  for (let seed = first; seed < first + Number(values.schedules); seed += 1) {
    const schedule = scheduleOf(seed);
    try {
      await using place = await openLocalFaultHome();
      const outcome = await runSchedule(schedule, place, workers, photographs);
      counts.addAll(outcome.counts);
      for (const ending of Object.keys(endings) as (keyof typeof endings)[])
        endings[ending] += outcome.endings[ending];
      if (outcome.faults.length > 0) failed.push(seed);
      for (const fault of outcome.faults) console.log(`seed ${seed}: ${fault}`);
    } catch (error) {
      failed.push(seed);
      console.log(`seed ${seed}: ${error instanceof Error ? error.stack : error}`);
    }
    if (values.verbose && failed.at(-1) === seed) console.log(JSON.stringify(schedule.steps));
  }
  console.log(JSON.stringify({ schedules: Number(values.schedules), seed: first, failed, counts, endings }));
  process.exitCode = failed.length === 0 ? 0 : 1;
}
