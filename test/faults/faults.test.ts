import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasMinistack } from '../aws/emulator/has-ministack.ts';
import { FaultCounts } from './fault-kinds.ts';
import { FaultPlaces, HOMES } from './fault-places.ts';

/** Half of them in either home. More of them, and others: `npm run test:faults`. */
const SCHEDULES = 50;
/** Every run of the tests sees the same ones. */
const FIRST_SEED = 1;

const isAwsThere = await hasMinistack('schedules of faults in the AWS home');
const homes = HOMES.filter((home) => home === 'local' || isAwsThere);

const counts = new FaultCounts();
let places: FaultPlaces;
beforeAll(async () => {
  places = await FaultPlaces.start(homes);
}, 240_000);
afterAll(async () => {
  await places[Symbol.asyncDispose]();
});

const seeds = Array.from({ length: SCHEDULES }, (_, index) => FIRST_SEED + index);

describe.each(homes)('under the faults of a seed, %s', (home) => {
  it.concurrent.each(seeds.filter((seed) => HOMES[seed % HOMES.length] === home))(
    '%i: every accepted photograph ends in one current result, with a reason among the dead letters, or erased',
    { timeout: 240_000 },
    async (seed) => {
      const outcome = await places.run(home, seed);
      counts.addAll(outcome.counts);
      expect(outcome.faults).toEqual([]);
      const { answered, replaced, buried } = outcome.endings;
      expect(answered + replaced + buried).toBeLessThanOrEqual(outcome.accepted);
    },
  );
});

describe.runIf(isAwsThere)('the schedules', () => {
  it('have met every fault', () => {
    console.log(`faults of seeds ${FIRST_SEED} to ${FIRST_SEED + SCHEDULES - 1}: ${JSON.stringify(counts)}`);
    expect(counts.missing()).toEqual([]);
  });
});
