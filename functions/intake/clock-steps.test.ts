import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS, settingsKey } from '../../core/programs/program-settings.ts';
import { FunctionRun } from '../testing/function-run.ts';

/** Seconds by which a clock is set: by NTP, by an hour for summer time, by a flat battery. */
const STEPS = [-15 * 86_400, -3_600, -2, 2, 3_600, 15 * 86_400];

it.each(STEPS)(
  'screens the photograph that came last though the clock was set by %i s between',
  async (step) => {
    await using run = await FunctionRun.open();
    await run.upload('right', 'right');
    await run.upload('left', 'first', undefined, 'jpg');
    run.setClock(step);
    const second = await run.upload('left', 'second', undefined, 'png');
    await run.settle();
    const record = await run.exam();
    const current = record?.images.filter(
      ({ state, laterality }) => state === 'current' && laterality === 'left',
    );
    expect(current?.map(({ sha256 }) => sha256)).toEqual([second.sha256]);
    expect(record?.result?.eyes.left?.image.sha256).toBe(second.sha256);
    expect(record?.result?.flags).not.toContain('newest-image-uncertain');
  },
);

it('waits for the second eye for as long as the window is, wherever the clock is set meanwhile', async () => {
  const moment = fc.record({ after: fc.integer({ min: 1, max: 300 }), step: fc.constantFrom(...STEPS) });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(60, 400, 900),
      fc.array(moment, { maxLength: 5 }),
      async (window, moments) => {
        await using run = await FunctionRun.open();
        const settings = JSON.stringify({ ...DEFAULT_SETTINGS, pairingWindowSeconds: window });
        await run.home.objects.put(settingsKey('north'), Buffer.from(settings));
        await run.upload('left', 'left');
        let passed = 0;
        const until = async (second: number): Promise<void> => {
          // Checks are looked for every 10 s, as a host that is under way does.
          for (; passed < second; passed += Math.min(10, second - passed)) {
            await run.settle();
            run.pass(Math.min(10, second - passed));
          }
          await run.settle();
        };
        await run.settle();
        for (const { after, step } of moments) {
          if (passed + after >= window) break;
          await until(passed + after);
          run.setClock(step);
          await run.settle();
          expect((await run.exam())?.status).toBe('registered');
        }
        await until(window - 1);
        expect((await run.exam())?.status).toBe('registered');
        await until(window + 10);
        expect((await run.exam())?.status).toBe('screened');
      },
    ),
    { numRuns: 12 },
  );
});

it('screens an exam whose window has begun under a clock that was 15 days ahead', async () => {
  await using run = await FunctionRun.open();
  run.setClock(15 * 86_400);
  await run.upload('left', 'left');
  await run.settle();
  run.setClock(-15 * 86_400);
  run.pass(900);
  await run.settle();
  expect((await run.exam())?.status).toBe('screened');
});
