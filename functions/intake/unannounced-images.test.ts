import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Laterality } from '../../core/exams/laterality.ts';
import { DEFAULT_SETTINGS, type ProgramSettings, settingsKey } from '../../core/programs/program-settings.ts';
import { FunctionRun } from '../testing/function-run.ts';

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
});
afterEach(() => run[Symbol.asyncDispose]());

async function set(settings: Partial<ProgramSettings>): Promise<void> {
  const stored = JSON.stringify({ ...DEFAULT_SETTINGS, ...settings });
  await run.home.objects.put(settingsKey('north'), Buffer.from(stored));
}

async function statusAfter(seconds: number): Promise<string | undefined> {
  run.pass(seconds);
  await run.settleArrivals();
  return (await run.exam())?.status;
}

/** The images of each request; the very same one may be sent again. */
async function requested(): Promise<(string | undefined)[][]> {
  const requests = new Map((await run.screen()).map((request) => [request.requestId, request]));
  return [...requests.values()].map(({ images }) =>
    images.map(({ key }) => key.split('/').at(-1)).toSorted(),
  );
}

describe('an exam whose images were not announced', () => {
  it('is screened once no image came for a minute after both eyes were there', async () => {
    await run.uploadUnannounced('left', 'L');
    await run.uploadUnannounced('right', 'R1');
    expect(await statusAfter(0)).toBe('registered');
    expect(await statusAfter(55)).toBe('registered');
    expect(await statusAfter(6)).toBe('screening');
    expect(await requested()).toEqual([['left.jpg', 'right.jpg']]);
  });

  it('waits again from each image that comes, and is asked for once, with all of them', async () => {
    await run.uploadUnannounced('left', 'L');
    await run.uploadUnannounced('right', 'R1');
    expect(await statusAfter(0)).toBe('registered');
    expect(await statusAfter(50)).toBe('registered');
    await run.uploadUnannounced('left', 'L disc', 'disc', { field: 'disc' });
    expect(await statusAfter(0)).toBe('registered');
    expect(await statusAfter(50)).toBe('registered');
    // The same image told twice stays one image.
    await run.uploadUnannounced('right', 'R retaken', '2');
    const messages = await run.receive('intake');
    await run.call('intake', messages);
    await run.call('intake', messages);
    expect(await statusAfter(55)).toBe('registered');
    expect(await statusAfter(6)).toBe('screening');
    expect(await requested()).toEqual([['left-disc.jpg', 'left.jpg', 'right-2.jpg', 'right.jpg']]);
    expect(await statusAfter(900)).toBe('screening');
    expect(await run.announced()).toEqual([]);
  });

  it('waits for the macula of an eye whose only image shows the disc, though its field was not named', async () => {
    await run.uploadUnannounced('left', 'L, shows the disc');
    await run.uploadUnannounced('right', 'R');
    expect(await statusAfter(0)).toBe('registered');
    expect(await statusAfter(61)).toBe('registered');
    await run.uploadUnannounced('left', 'L', '2');
    expect(await statusAfter(0)).toBe('registered');
    expect(await statusAfter(61)).toBe('screening');
    const shown = (await run.exam())?.images.map(({ key, prepared }) => [
      key.split('/').at(-1),
      prepared?.field,
    ]);
    expect(new Map(shown as [string, string | null][])).toEqual(
      new Map([
        ['left.jpg', 'disc'],
        ['right.jpg', null],
        ['left-2.jpg', null],
      ]),
    );
  });

  it('does not wait where the sender named as of the macula what shows the disc', async () => {
    await run.uploadUnannounced('left', 'L, shows the disc', '', { field: 'macula' });
    await run.uploadUnannounced('right', 'R');
    expect(await statusAfter(0)).toBe('registered');
    expect(await statusAfter(61)).toBe('screening');
  });

  it('sends no further check when one comes that is out of date', async () => {
    await run.uploadUnannounced('left', 'L');
    await run.uploadUnannounced('right', 'R1');
    expect(await statusAfter(0)).toBe('registered');
    expect(await statusAfter(50)).toBe('registered');
    await run.uploadUnannounced('left', 'L disc', 'disc', { field: 'disc' });
    await run.settleArrivals();
    const { delayed } = await run.home.queues.intake.queue.depth();
    expect(await statusAfter(11)).toBe('registered');
    expect((await run.home.queues.intake.queue.depth()).delayed).toBe(delayed - 1);
  });

  it('with one eye alone waits until its window is over', async () => {
    await run.uploadUnannounced('right', 'R1');
    await run.uploadUnannounced('right', 'R disc', 'disc', { field: 'disc' });
    expect(await statusAfter(0)).toBe('registered');
    expect(await statusAfter(890)).toBe('registered');
    expect(await statusAfter(11)).toBe('screening');
    expect(await requested()).toEqual([['right-disc.jpg', 'right.jpg']]);
  });

  it('whose one eye is ungradable waits for a retake, and until the window is over where none comes', async () => {
    await run.uploadUnannounced('left', 'too-dark: L');
    await run.uploadUnannounced('right', 'R1');
    expect(await statusAfter(0)).toBe('registered');
    expect(await statusAfter(100)).toBe('registered');
    await run.uploadUnannounced('left', 'L retaken', '2');
    expect(await statusAfter(0)).toBe('registered');
    expect(await statusAfter(61)).toBe('screening');
    expect(await requested()).toEqual([['left-2.jpg', 'left.jpg', 'right.jpg']]);
  });

  it('has the fields that its program photographs, or waits for them until the window is over', async () => {
    await set({ captureProtocol: 'two-field' });
    for (const eye of ['left', 'right'] as const) await run.uploadUnannounced(eye, `${eye} macula`);
    await run.uploadUnannounced('left', 'L disc', 'disc', { field: 'disc' });
    expect(await statusAfter(0)).toBe('registered');
    expect(await statusAfter(600)).toBe('registered');
    await run.uploadUnannounced('right', 'R disc.', 'disc', { field: 'disc' });
    expect(await statusAfter(0)).toBe('registered');
    expect(await statusAfter(61)).toBe('screening');
  });

  it('is screened at once where the program lets nothing settle, and asked again for what comes after', async () => {
    await set({ settleSeconds: 0 });
    await run.uploadUnannounced('left', 'L');
    await run.uploadUnannounced('right', 'R1');
    expect(await statusAfter(0)).toBe('screening');
    await run.uploadUnannounced('right', 'R disc', 'disc', { field: 'disc' });
    await run.settle();
    // The answer to the first request came too late to be anybody's.
    expect(await run.announced()).toHaveLength(1);
    expect((await run.exam())?.request?.images).toHaveLength(3);
  });

  it('is screened at once with what was announced after all', async () => {
    await run.uploadUnannounced('left', 'L');
    await run.uploadUnannounced('right', 'R1', '', { 'expected-left': '1', 'expected-right': '1' });
    expect(await statusAfter(0)).toBe('screening');
  });

  it('is asked for once and with all images, however they come and whatever the clock is set to', async () => {
    const arrival = fc.record({
      eye: fc.constantFrom<Laterality>('left', 'right'),
      place: fc.constantFrom('', 'disc', '2'),
      after: fc.integer({ min: 0, max: 59 }),
      step: fc.constantFrom(0, 0, -3_600, 3_600, 15 * 86_400),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { minLength: 1, maxLength: 5 }), async (arrivals) => {
        await run[Symbol.asyncDispose]();
        run = await FunctionRun.open();
        const names = new Set<string>(['left.jpg', 'right.jpg']);
        for (const eye of ['left', 'right'] as const) await run.uploadUnannounced(eye, `${eye}!`);
        for (const [index, { eye, place, after, step }] of arrivals.entries()) {
          expect(await statusAfter(after)).toBe('registered');
          run.setClock(step);
          // Equal content would be one image under two names.
          await run.uploadUnannounced(eye, `${eye} ${index}`, place);
          names.add(`${eye}${place === '' ? '' : `-${place}`}.jpg`);
        }
        expect(await statusAfter(0)).toBe('registered');
        expect(await statusAfter(58)).toBe('registered');
        expect(await statusAfter(3)).toBe('screening');
        expect(await requested()).toEqual([[...names].toSorted()]);
      }),
      { numRuns: 12 },
    );
  });
});
