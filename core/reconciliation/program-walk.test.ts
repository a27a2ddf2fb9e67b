import { expect, it } from 'vitest';
import { registerProgram } from '../programs/program-register.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { FIRST_PROGRAM, type ProgramPlace, stepThroughPrograms } from './program-walk.ts';
import { Sweep } from './sweep.ts';

/** The steps of a walk over programs of two parts each: `program`, and the cursor that a step had. */
async function walked(programs: readonly string[], only: string | null = null): Promise<string[]> {
  await using temporary = await temporaryHome();
  const { home } = temporary;
  for (const program of programs) await registerProgram(home.objects, program);
  const sweep = new Sweep({
    ...{ home, program: only, now: new Date('2026-05-01'), isDry: false, waiting: {} },
    ...{ answersNow: 0, findings: {}, looked: 0 },
  });
  const steps: string[] = [];
  let place: ProgramPlace | null = FIRST_PROGRAM;
  while (place !== null) {
    expect(steps.length).toBeLessThan(20);
    // As it is stored between two steps.
    place = await stepThroughPrograms(sweep, JSON.parse(JSON.stringify(place)), async (program, cursor) => {
      steps.push(`${program} ${cursor ?? 'begin'}`);
      return cursor === undefined ? `half of ${program}` : undefined;
    });
  }
  return steps;
}

it('goes through every part of every program once', async () => {
  expect(await walked(['south', 'north', 'west'])).toEqual([
    ...['north begin', 'north half of north', 'south begin', 'south half of south'],
    ...['west begin', 'west half of west'],
  ]);
});

it('goes through one program only where that is asked for, registered or not', async () => {
  expect(await walked(['south', 'north'], 'north')).toEqual(['north begin', 'north half of north']);
  expect(await walked([], 'east')).toEqual(['east begin', 'east half of east']);
});

it('ends at once where there is no program', async () => {
  expect(await walked([])).toEqual([]);
});
