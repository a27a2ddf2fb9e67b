import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Laterality } from '../core/exams/laterality.ts';
import type { ReceivedMessage } from '../core/ports/index.ts';
import { EXAM } from '../core/testing/records.ts';
import { FunctionRun } from './testing/function-run.ts';

type Step =
  | { readonly kind: 'upload'; readonly patient: string; readonly eye: Laterality }
  | { readonly kind: 'deliver' | 'lose' | 'replay'; readonly queue: 'intake' | 'results' }
  | { readonly kind: 'screen' }
  | { readonly kind: 'pass'; readonly seconds: number };

const queue = fc.constantFrom('intake' as const, 'results' as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('upload' as const),
      patient: fc.constantFrom('P1', 'P2'),
      eye: fc.constantFrom<Laterality>('left', 'right'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('deliver', 'lose', 'replay'), queue }) },
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'screen' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      seconds: fc.constantFrom(1, 61, 901),
    }),
  },
);

/** Runs the steps: `lose` handles messages without deleting them, `replay` hands over old ones once more. */
async function perform(run: FunctionRun, steps: readonly Step[]): Promise<Map<string, string>> {
  const newest = new Map<string, string>();
  const seen: Record<'intake' | 'results', ReceivedMessage[]> = { intake: [], results: [] };
  for (const [number, action] of steps.entries()) {
    if (action.kind === 'upload') {
      const { patient, eye } = action;
      const stored = await run.upload(eye, `photograph ${number}`, { ...EXAM, patient });
      newest.set(`${patient} ${eye}`, stored.sha256);
    } else if (action.kind === 'screen') await run.screen();
    else if (action.kind === 'pass') run.pass(action.seconds);
    else if (action.kind === 'replay') {
      if (seen[action.queue].length > 0) await run.call(action.queue, [...seen[action.queue]].reverse());
    } else {
      const messages = await run.receive(action.queue);
      seen[action.queue].push(...messages);
      if (action.kind === 'deliver' && messages.length > 0) await run.call(action.queue, messages);
    }
  }
  return newest;
}

/** Lets loans and pairing windows end until there is nothing left to do. */
async function finish(run: FunctionRun): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    run.pass(901);
    await run.settle();
  }
}

it('answers every exam for its newest photographs, once for each request, in any order and however often', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
      await using run = await FunctionRun.open();
      const newest = await perform(run, steps);
      await finish(run);
      const patients = new Set([...newest.keys()].map((name) => name.split(' ')[0] as string));
      for (const patient of patients) {
        const exam = await run.exam({ ...EXAM, patient });
        expect(exam?.status).toBe('screened');
        for (const eye of ['left', 'right'] as const) {
          expect(exam?.result?.eyes[eye]?.image.sha256).toBe(newest.get(`${patient} ${eye}`));
        }
        const results = [exam?.result, ...(await run.formerResults({ ...EXAM, patient }))].map(
          (result) => result?.requestId,
        );
        expect(new Set(results).size).toBe(results.length);
        for (const id of results) expect(await run.announced()).toContain(id);
      }
      const announced = await run.announced();
      expect(new Set(announced).size).toBe(announced.length);
      expect(run.counts.get('ExamScreened') ?? 0).toBe(announced.length);
      for (const name of ['intake', 'screening', 'results'] as const) {
        expect(await run.deadLetters(name)).toHaveLength(0);
      }
    }),
    { numRuns: 60 },
  );
}, 60_000);
