import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import type { FaultHome } from './fault-home.ts';
import type { FaultCounts } from './fault-kinds.ts';
import type { Photographs } from './photographs.ts';
import type { Schedule, Step } from './schedule.ts';
import type { ScreeningWorkers } from './screening-worker.ts';
import { SimulatedSystem } from './simulated-system.ts';
import { judge, type Verdict } from './verdict.ts';

/** What came of a schedule. */
export interface Outcome extends Verdict {
  readonly seed: number;
  readonly home: string;
  readonly counts: FaultCounts;
  readonly accepted: number;
}

/** Longer than any pairing window, loan and delay, and than the reconciler's time of grace. */
const LONG_SECONDS = 3_700;
const MOST_ROUNDS = 20;
const PIPELINE = ['preparation', 'bulk-preparation', 'intake', 'worker', 'results'] as const;

async function perform(system: SimulatedSystem, place: FaultHome, step: Step): Promise<void> {
  const { faults } = step;
  switch (step.kind) {
    case 'upload':
      return system.upload(step.patient, step.laterality, step.photograph, faults);
    case 'upload again':
      return system.uploadAgain(step.patient, step.laterality, faults);
    case 'work':
      await system.work(step.part, faults);
      return;
    case 'erase':
      return system.erase(step.patient, step.beside, faults);
    case 'change model':
      return system.changeModel(faults);
    case 'job':
      return system.createJob(step.mode, faults);
    case 'pass':
      return place.pass(step.seconds);
    case 'step clock':
      system.counts.add('clock step');
      return place.clock.step(step.seconds);
    case 'empty queue':
      return system.emptyQueue(step.queue);
    case 'lose pixels':
      return system.losePixels(step.patient);
    case 'damage pixels':
      return system.damagePixels(step.patient);
    case 'save database':
      return place.saveDatabase();
    case 'restore database':
      if (await place.restoreDatabase()) system.counts.add('older database');
  }
}

async function waiting({ home }: SimulatedSystem): Promise<number> {
  const depths = QUEUE_NAMES.filter((name) => name !== 'indexing' && name !== 'webhooks').map((name) =>
    home.queues[name].queue.depth(),
  );
  return (await Promise.all(depths)).reduce(
    (sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed,
    0,
  );
}

/** Nothing goes wrong any more: every part works until there is nothing left to do. */
async function finish(system: SimulatedSystem, place: FaultHome): Promise<void> {
  let wasAtRest = false;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    // By a clock that was set back an hour, what is an hour old has just come.
    for (let hour = 0; hour <= place.clock.hoursSetBack; hour += 1) await place.pass(LONG_SECONDS);
    await place.endLoans();
    let done: number;
    do {
      done = 0;
      for (const part of PIPELINE) done += await system.work(part, []);
    } while (done > 0);
    await system.work('jobs', []);
    // Nothing is at fault any more: what it throws now is a fault of its own.
    const found = await system.reconcile();
    const isAtRest = found === 0 && (await waiting(system)) === 0 && (await system.openJobs()) === 0;
    // A reconciliation that was cut short is gone on with first, and looks at the rest alone: the next looks at everything.
    if (isAtRest && wasAtRest) return;
    wasAtRest = isAtRest;
  }
  const state = { messages: await waiting(system), jobs: await system.openJobs() };
  throw new Error(`The system does not come to rest: ${JSON.stringify(state)}`);
}

/** Makes a schedule happen on a home, lets the system come to rest, and judges what it ended with. */
export async function runSchedule(
  schedule: Schedule,
  place: FaultHome,
  workers: ScreeningWorkers,
  photographs: Photographs,
): Promise<Outcome> {
  const system = new SimulatedSystem(place, workers, photographs);
  await system.begin();
  for (const step of schedule.steps) await perform(system, place, step);
  await finish(system, place);
  const verdict = await judge(system.home, system.ledger, system);
  const { counts, ledger } = system;
  return { ...verdict, seed: schedule.seed, home: place.name, counts, accepted: ledger.accepted };
}
